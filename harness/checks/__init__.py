"""What everything that a user brings has to hold, checked by trying it: the work of `harness check`.

check      a check, what it found, and how it is run
own        the levels and studies in a folder
levels     what holds for a level of any group: its file, its name, its title
made_data  small synthetic data sets that checks try things on; `made_world` a stream for policies, `lives` what they meet there
model, synthesis, detector, scenario, policy, action, dataset, study
           the checks of one kind of thing each; `detector_subject` gives detectors signals,
           `detector_settings` turns their knobs, `scenario_subject` stages scenarios
checking   all checks of a level
"""
