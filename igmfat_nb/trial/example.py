"""The design that ``igmfat trial --example`` prints: every choice, with what is assumed."""

EXAMPLE = """\
# A virtual trial of the IgM-FAT design. Everything left out keeps the value shown.
# Values marked (ours) are assumptions of this software, not the trial's.
patients: 356               # enrolled, both arms together
centres: 12
allocation:
  method: permuted-blocks   # permuted-blocks, simple or minimisation (ours); always 1:1
  sizes: [4]                # block sizes (ours); several are mixed at random
arms: [standard, deficit]   # standard, deficit, forecast, or a YAML file with an arm
truth:                      # what is true of the virtual patients
  scenario: intermediate    # native, intermediate or fast clearance, or averaged (ours)
  # scenario_weights: {native: 1, intermediate: 1, fast: 1}  # of averaged (ours)
  synthesis: recovering     # recovering, baseline (holds the first titre) or none (ours)
  recovery: 0.9             # (ours)
  titre_median_mg_dl: 60    # at shock, over all screened (ours, between two studies)
  titre_log_sd: 0.64        # (ours)
  assay_cv: 0.05            # (ours)
  missed_samples: 0         # share of daily titres that are not drawn (ours): no dose that day
  late_infusion_h: 0        # longest delay beyond 2 h, uniform (ours)
  vasopressor_median_h: 72  # log-normal (ours)
  vasopressor_log_sd: 0.8   # (ours)
  label_rate_limit: false   # true: what does not fit before the next titre is not given (ours)
belief:                     # what the dosing arms assume (all ours)
  volume_rule: nadler       # nadler, fixed or coefficient (ours)
  recovery: 0.9
  rounding: ml
  scenario: intermediate    # of the forecast; averaged weighs all three by the titres
  # synthesis: baseline     # of the forecast; left out, as in truth
  assay_cv: 0.05
endpoint:                   # 28-day death; how it depends on the exposure is ours
  model: exposure           # exposure, or fixed with mortality: {standard: 0.45, deficit: 0.30}
  baseline_mortality: 0.367  # of septic shock in general (Vincent 2019), not the trial's
  log_odds_per_day_at_target: 0  # zero: evidence is inconsistent, the largest cohort is neutral
analysis:
  test: chi-square          # chi-square, chi-square-corrected or fisher; two-sided (ours)
  alpha: 0.05               # (ours)
  looks: []                 # interim looks (O'Brien-Fleming) as shares, e.g. [0.5] (none: ours)
price_eur_per_ml: 6.602     # Italian list price of 2019, indicative
# grid: {endpoint.log_odds_per_day_at_target: [0, -0.1], patients: [356, 700]}
"""
