"""General engines on a saved problem; runs where they are installed, without igmfat_nb.

python peer_engines.py PROBLEM.npz ENGINE PATIENTS ANSWER.npy

Writes titres of shape (hours + 1, patients) and prints the processor seconds of the run
alone: no import, no compilation where a second run shows what remains.
"""

import sys
import time

import numpy as np

HOURS = 168
TOLERANCE = 1e-9


def diffrax(p):
    """Dopri8 with every start and end of an infusion as a jump, vectorised over patients."""
    import jax

    jax.config.update("jax_enable_x64", True)
    import diffrax as dx
    import jax.numpy as jnp

    def slopes(t, x, arguments):
        k10, k12, k21, made, start, end, rate = arguments
        entering = made + jnp.sum(jnp.where((t >= start) & (t < end), rate, 0.0))
        to_tissue = k12 * x[0] - k21 * x[1]
        return jnp.array([entering - k10 * x[0] - to_tissue, to_tissue])

    def one(x, arguments, cuts):
        found = dx.diffeqsolve(
            dx.ODETerm(slopes), dx.Dopri8(), 0.0, float(HOURS), 0.1, x, arguments,
            saveat=dx.SaveAt(ts=jnp.arange(HOURS + 1.0)), max_steps=4096,
            stepsize_controller=dx.ClipStepSizeController(
                dx.PIDController(rtol=TOLERANCE, atol=TOLERANCE), jump_ts=cuts
            ),
        )  # fmt: skip
        return found.ys[:, 0]

    start = np.broadcast_to(p["start_h"][:, None], p["duration_h"].shape).T
    end = start + p["duration_h"].T
    rate = p["recovery"][:, None] * (p["igm_mg"] / p["duration_h"]).T
    x = np.stack([p["plasma_mg"], p["tissue_mg"]], axis=1)
    fields = (p["k10_per_h"], p["k12_per_h"], p["k21_per_h"], p["made_mg_per_h"], start, end, rate)
    cuts = np.sort(np.concatenate([start, end], axis=1), axis=1)
    work = jax.jit(jax.vmap(one))

    def run():
        return np.asarray(work(x, fields, cuts).block_until_ready()).T / p["v1_dl"]

    run()  # compiles
    return run


def openpkflow(p):
    """Its closed forms of one infusion and one bolus, superposed; what it lacks is put beside.

    It has neither a filled tissue compartment nor production, so its share of
    the answer is that of the infusions; the rest comes from SciPy's matrix exponential.
    """
    from openpkflow.sim.methods import c_2cmt_iv_infusion
    from scipy.linalg import expm

    times = np.arange(HOURS + 1.0)
    n = len(p["v1_dl"])
    rest = np.empty((HOURS + 1, n))
    for i in range(n):
        k10, k12, k21 = (p[k][i] for k in ("k10_per_h", "k12_per_h", "k21_per_h"))
        matrix = np.array([[-k10 - k12, k21, p["made_mg_per_h"][i]], [k12, -k21, 0], [0, 0, 0]])
        step, x = expm(matrix), np.array([p["plasma_mg"][i], p["tissue_mg"][i], 1.0])
        for hour in range(HOURS + 1):
            rest[hour, i], x = x[0] / p["v1_dl"][i], step @ x

    def run():
        titres = rest.copy()
        for i in range(n):
            k12, k21, v1 = p["k12_per_h"][i], p["k21_per_h"][i], p["v1_dl"][i]
            flow, clearance = k12 * v1, p["k10_per_h"][i] * v1
            for start, mass, length in zip(
                p["start_h"], p["igm_mg"][:, i], p["duration_h"][:, i], strict=True
            ):
                later = times > start
                titres[later, i] += c_2cmt_iv_infusion(
                    times[later] - start, mass * p["recovery"][i], clearance, v1, flow, flow / k21,
                    length,
                )  # fmt: skip
        return titres

    return run


def myokit(p):
    """CVODES through Myokit: its simulations are compiled against SUNDIALS when they start."""
    import myokit as mk

    model = mk.parse_model(
        "[[model]]\nc.x=0\nc.y=0\n[c]\ntime=0 bind time\npace=0 bind pace\n"
        "k10=0.01\nk12=0.01\nk21=0.01\nmade=0\nflow=k12*x-k21*y\n"
        "dot(x)=made+pace-k10*x-flow\ndot(y)=flow\n"
    )
    simulation = mk.Simulation(model)
    simulation.set_tolerance(TOLERANCE, TOLERANCE)
    n = len(p["v1_dl"])

    def run():
        titres = np.empty((HOURS + 1, n))
        for i in range(n):
            simulation.reset()
            protocol = mk.Protocol()
            for start, mass, length in zip(
                p["start_h"], p["igm_mg"][:, i], p["duration_h"][:, i], strict=True
            ):
                protocol.schedule(mass * p["recovery"][i] / length, start, length)
            simulation.set_protocol(protocol)
            simulation.set_state([p["plasma_mg"][i], p["tissue_mg"][i]])
            for ours, field in (("k10", "k10_per_h"), ("k12", "k12_per_h"), ("k21", "k21_per_h")):
                simulation.set_constant(f"c.{ours}", p[field][i])
            simulation.set_constant("c.made", p["made_mg_per_h"][i])
            times = np.arange(HOURS + 1.0)
            log = simulation.run(HOURS + 0.5, log=["c.x"], log_times=times)
            titres[:, i] = np.asarray(log["c.x"]) / p["v1_dl"][i]
        return titres

    return run


ENGINES = {"diffrax": diffrax, "openpkflow": openpkflow, "myokit": myokit}


def main():
    path, engine, patients, answer = sys.argv[1:]
    with np.load(path) as file:
        p = {name: file[name][..., : int(patients)] for name in file.files if name != "start_h"}
        p["start_h"] = file["start_h"]
    run = ENGINES[engine](p)
    spent = []
    for _repeat in range(3):
        begun = time.process_time()
        titres = run()
        spent.append(time.process_time() - begun)
    np.save(answer, titres)
    print(min(spent))


if __name__ == "__main__":
    main()
