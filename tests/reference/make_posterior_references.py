"""Reference answers for the individualisation, from formulas and numbers typed here again.

    python tests/reference/make_posterior_references.py > tests/data/posterior_references.json

Nothing of ``igmfat_nb`` is imported. The course is the textbook superposition
of two exponentials; the posterior comes from two methods that share nothing
with the package's weights:

* ``mcmc``: differential-evolution Markov chains in all five unknowns, in their
  natural coordinates, 2,000 chains; the first half is thrown away;
* ``quadrature``: a dense grid over central volume and clearance, the other
  three unknowns held at their medians.

``averaged`` is ``mcmc`` with clearance from a mixture: a third each around 1, 1.7 and 7.3
times healthy. Its weights after the titres are means over the chains of what each part of
the mixture has of the density at the chain's clearance.

Each reference holds mean, 5, 50 and 95 % points of the true titre at every
day, and of chains how far the two halves that were kept differ.
"""

import json
import sys

import numpy as np
from scipy.special import logsumexp
from scipy.stats import truncnorm

DAYS_H = [0, 24, 48, 72, 96, 120, 144, 168, 192]
CHAINS, STEPS, EVERY = 2000, 6000, 15
ERROR_SD = np.sqrt(np.log(1 + 0.05**2) * 2)  # assay 5 %, residual error 5 %
ERROR_SD_EVENT = np.sqrt(np.log(1 + 0.05**2) + np.log(1 + 0.2**2))
#: Logarithms of the scenarios' multiples over the intermediate one.
CENTRES = {"intermediate": np.zeros(1), "averaged": np.log(np.array([1, 1.7, 7.3]) / 1.7)}
VOLUME_SD, CLEARANCE_SD = np.sqrt(np.log(1 + 0.2**2)), np.sqrt(np.log(1 + 0.5**2))


def person(subject, sex, height_cm, weight_kg, haematocrit, titres, doses, events=(), **more):
    return {
        "schema": "igmfat-case/1",
        "subject": subject,
        "sex": sex,
        "age_years": 60,
        "height_cm": height_cm,
        "weight_kg": weight_kg,
        "haematocrit": haematocrit,
        "titres": [{"time_h": t, "igm_mg_dl": y} for t, y in titres],
        "events": [{"time_h": t, "kind": kind} for t, kind in events],
        "doses": [{"start_h": s, "volume_ml": v, "duration_h": d} for s, v, d in doses],
        "vasopressor_stopped_h": None,
        **more,
    }


WEEK = [(2 + 24 * day, v, v / 32) for day, v in enumerate([431, 100, 80, 70, 60, 60, 60])]
CASES = [
    person("ONE-TITRE", "male", 175, 80, 0.30, [(0, 38)], WEEK[:1]),
    person("TWO-TITRES", "male", 175, 80, 0.30, [(0, 38), (24, 85)], WEEK[:3]),
    person(
        "FULL-WEEK",
        "male",
        175,
        80,
        0.30,
        [(0, 38), (24, 84), (48, 93), (72, 99), (96, 101), (120, 97), (144, 108)],
        WEEK,
    ),
    person(
        "FAST",
        "male",
        175,
        80,
        0.30,
        [(0, 38), (24, 62), (48, 58), (72, 60), (96, 55)],
        [(2 + 24 * day, 400, 12.5) for day in range(4)],
    ),
    person(
        "VERY-SURPRISING",
        "male",
        175,
        80,
        0.30,
        [(0, 38), (24, 250), (48, 105)],
        [(2, 431, 13.5), (26, 100, 3.2)],
    ),
    person(
        "SURPRISING-LOW",
        "male",
        175,
        80,
        0.30,
        [(0, 38), (24, 84), (48, 96), (72, 41), (96, 88)],
        WEEK[:4],
    ),
    person(
        "AFTER-AN-EVENT",
        "female",
        162,
        65,
        0.26,
        [(0, 22), (24, 60), (48, 51), (72, 79)],
        [(3, 380, 14.7), (27, 180, 7), (51, 200, 7.8)],
        [(40, "plasma exchange")],
    ),
    person(
        "IRREGULAR",
        "female",
        158,
        52,
        0.33,
        [(0, 51), (7.5, 88), (20, 97), (55, 71), (90, 84)],
        [(1.5, 210, 10.5), (21, 60, 3), (57, 150, 7.5)],
    ),
]

AVERAGED = (1, 2, 3, 7)  # of the cases


def plasma_volume_dl(case):
    h, w = case["height_cm"] / 100, case["weight_kg"]
    litres = 0.3669 * h**3 + 0.03219 * w + 0.6041
    if case["sex"] == "female":
        litres = 0.3561 * h**3 + 0.03308 * w + 0.1833
    return 10 * litres * (1 - 0.9 * case["haematocrit"])


def titre(case, times_h, log_volume, log_clearance, recovery, log_exchange, log_first):
    """True titre, (t, n): the first titre is held, doses and the rise of synthesis add to it."""
    v1 = plasma_volume_dl(case) * np.exp(log_volume)
    k10 = 0.166 * 1.7 * np.exp(log_clearance) / 24
    exchange = np.log(2) / (24 * np.exp(log_exchange))
    k12, k21 = 0.18 * exchange, 0.82 * exchange
    total = k10 + k12 + k21
    root = np.sqrt(total**2 - 4 * k10 * k21)
    alpha, beta = (total + root) / 2, (total - root) / 2
    parts = ((alpha, (alpha - k21) / root), (beta, (k21 - beta) / root))
    first = np.exp(log_first)
    holding = k10 * v1 * first
    slope = np.maximum(6.9 * case["weight_kg"] / 24 - holding, 0) / 96
    rows = []
    for t in times_h:
        row = first + np.zeros_like(v1)
        for rate, share in parts:
            for begin, sign in ((72, 1), (168, -1)):
                s = max(t - begin, 0)
                row += sign * slope * share / v1 * (s / rate - (1 - np.exp(-rate * s)) / rate**2)
            for dose in case["doses"]:
                since_start = max(t - dose["start_h"], 0)
                since_end = max(t - dose["start_h"] - dose["duration_h"], 0)
                per_h = 6 * dose["volume_ml"] * recovery / dose["duration_h"] / v1
                faded = np.exp(-rate * since_end) - np.exp(-rate * since_start)
                row += per_h * share / rate * faded
        rows.append(row)
    return np.array(rows)


def log_clearance_density(log_clearance, centres):
    """Each part of the mixture, (parts, n), but for a constant."""
    return -0.5 * ((log_clearance - centres[:, None]) / CLEARANCE_SD) ** 2


def log_posterior(case, x, centres):
    """Natural coordinates, (5, n): log volume, log clearance, recovery, log days, log titre."""
    log_volume, log_clearance, recovery, log_exchange, log_first = x
    inside = (recovery > 0.65) & (recovery < 1) & (np.abs(log_exchange) < np.log(2))
    value = -0.5 * (log_volume / VOLUME_SD) ** 2
    value += logsumexp(log_clearance_density(log_clearance, centres), axis=0)
    value += -0.5 * (((recovery - 0.9) / 0.07) ** 2 + ((log_first - np.log(60)) / 0.64) ** 2)
    times = [one["time_h"] for one in case["titres"]]
    safe = np.where(inside, recovery, 0.9), np.where(inside, log_exchange, 0.0)
    true = titre(case, times, log_volume, log_clearance, *safe, log_first)
    for one, row in zip(case["titres"], true, strict=True):
        soon = any(0 <= one["time_h"] - event["time_h"] < 24 for event in case["events"])
        sd = ERROR_SD_EVENT if soon else ERROR_SD
        value += -0.5 * ((np.log(one["igm_mg_dl"]) - np.log(row)) / sd) ** 2
    return np.where(inside, value, -np.inf)


def chains(case, rng, centres):
    first = np.log(case["titres"][0]["igm_mg_dl"])
    x = np.array(
        [
            VOLUME_SD * rng.standard_normal(CHAINS),
            CLEARANCE_SD * rng.standard_normal(CHAINS),
            rng.uniform(0.66, 0.99, CHAINS),
            rng.uniform(-0.69, 0.69, CHAINS),
            first + ERROR_SD * rng.standard_normal(CHAINS),
        ]
    )
    here = log_posterior(case, x, centres)
    kept = []
    for step in range(STEPS):
        a, b = rng.permutation(CHAINS), rng.permutation(CHAINS)
        factor = 1.0 if step % 10 == 0 else 2.38 / np.sqrt(10) * rng.uniform(0.5, 1.1)
        proposed = x + factor * (x[:, a] - x[:, b]) + 1e-5 * rng.standard_normal(x.shape)
        there = log_posterior(case, proposed, centres)
        # A chain must not be its own partner: that step would not be reversible.
        partners = (a != b) & (a != np.arange(CHAINS)) & (b != np.arange(CHAINS))
        taken = partners & (np.log(rng.random(CHAINS)) < there - here)
        x, here = np.where(taken, proposed, x), np.where(taken, there, here)
        if step >= STEPS // 2 and step % EVERY == 0:
            kept.append(x)
    return kept


def summary(titres, weight=None):
    if weight is None:
        p5, p50, p95 = np.quantile(titres, [0.05, 0.5, 0.95], axis=1)
        return {"mean": titres.mean(axis=1), "p5": p5, "p50": p50, "p95": p95}
    found = {"mean": titres @ weight, "p5": [], "p50": [], "p95": []}
    for row in titres:
        order = np.argsort(row)
        reached = np.cumsum(weight[order]) - 0.5 * weight[order]
        for name, share in (("p5", 0.05), ("p50", 0.5), ("p95", 0.95)):
            found[name].append(np.interp(share, reached, row[order]))
    return found


def by_mcmc(case, rng, scenario="intermediate"):
    kept = chains(case, rng, CENTRES[scenario])
    half = len(kept) // 2
    parts = [summary(titre(case, DAYS_H, *np.hstack(part))) for part in (kept[:half], kept[half:])]
    whole = summary(titre(case, DAYS_H, *np.hstack(kept)))
    halves = max(
        np.max(np.abs(parts[0][name] / parts[1][name] - 1)) for name in ("mean", "p5", "p50", "p95")
    )
    how = {"method": "mcmc", "draws": len(kept) * CHAINS, "halves_differ": float(halves)}
    if scenario != "averaged":
        return whole, how
    shares = log_clearance_density(np.hstack(kept)[1], CENTRES[scenario])
    weights = np.exp(shares - logsumexp(shares, axis=0)).mean(axis=1)
    return whole | {"scenario_weights": weights}, how | {"method": "averaged"}


def by_quadrature(case):
    side = np.linspace(-8, 8, 1601)
    volume, clearance = (grid.ravel() for grid in np.meshgrid(side, side))
    recovery = truncnorm((0.65 - 0.9) / 0.07, (1 - 0.9) / 0.07, 0.9, 0.07).median()
    y0 = case["titres"][0]["igm_mg_dl"]
    precision = 1 / ERROR_SD**2, 1 / 0.64**2
    log_first = (precision[0] * np.log(y0) + precision[1] * np.log(60)) / sum(precision)
    held = [np.full_like(volume, value) for value in (recovery, 0.0, log_first)]
    x = np.array([VOLUME_SD * volume, CLEARANCE_SD * clearance, *held])
    log_weight = log_posterior(case, x, CENTRES["intermediate"])
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    used = weight > 1e-12
    values = titre(case, DAYS_H, *x[:, used])
    return summary(values, weight[used] / weight[used].sum()), {"method": "quadrature"}


def rounded(found):
    return {name: [round(float(value), 4) for value in row] for name, row in found.items()}


def main():
    references = []
    for number, case in enumerate(CASES):
        found, how = by_mcmc(case, np.random.default_rng([2026, number]))
        references.append({**how, "case": case, "time_h": DAYS_H, **rounded(found)})
        print(case["subject"], how, file=sys.stderr)
    for case in CASES[1:6]:
        found, how = by_quadrature(case)
        references.append({**how, "case": case, "time_h": DAYS_H, **rounded(found)})
    for number in AVERAGED:
        case = CASES[number]
        found, how = by_mcmc(case, np.random.default_rng([2027, number]), "averaged")
        references.append({**how, "case": case, "time_h": DAYS_H, **rounded(found)})
        print(case["subject"], how, file=sys.stderr)
    json.dump(references, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
