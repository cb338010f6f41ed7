"""Each framework's own words for the workloads, `on_NAME.py`.

Such a module has VERSION, `to_numpy(array)` and WORKLOADS: name -> setup, where `setup()` makes the
inputs and returns a function of no arguments that does the work to its end. It may have
JIT_WORKLOADS (the same names, compiled: the framework `NAME:jit`), SKIP (name -> reason), NOTES
(name -> remark) and RESULTS (name -> what makes a result comparable).
"""
