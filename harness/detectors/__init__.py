"""Drift detectors: a signal in, the positions of alarms out.

    contract                                      what a detector is                              Detector, Scan, Knob, Input
    errors, kernel                                what detectors of errors share                  ErrorDetector
    ddm, eddm, rddm, ecdd, stepd, cusum           detectors of errors, one family a file; each
    page_hinkley, hddm_a, hddm_w, fhddm, adwin,   has variants as river, MOA or the paper has it
    kswin, performance_window, error_budget,
    lookahead
    windows, rules                                what tests of windows of rows share             WindowTest, Rule
    ks, chi_square, psi                           tests of each column
    classifier, mmd                               tests of all columns at once
    rank_cells, bins, encoding, ks_distribution   what those tests count with
    estimates                                     what detectors that estimate an accuracy share    EstimateDetector
    cbpe, average_confidence, atc, doc,           an estimate of `harness.estimators` falls short
    delay_adjusted_cbpe, disagreement
    baselines                                     never, metronome, at random, oracle
    step_by_step                                  objects that follow river's protocol            as_detector
    run                                           a detector at a setting: `ddm@5`                 Run
    warming                                       compiles the kernels before workers start       warm

docs/detectors.md, docs/detectors_rows.md and docs/detectors_estimates.md describe each detector and its variants.
"""
