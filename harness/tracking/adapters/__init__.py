"""One file a tool. Each runs in the tool's environment, defines `TRACKER`, and imports of the harness only the contract."""
