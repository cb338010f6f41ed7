"""What users may ask of the backend itself; asking loads the compiled module."""


def cpu() -> str:
    """Name the instruction set whose kernels run.

    Returns
    -------
    str
        ``"avx2"`` or ``"baseline"`` (SSE2 on x86-64, NEON on Arm): the best this machine has, or
        what ``NX_CPU`` said when the backend was loaded.

    Raises
    ------
    ValueError
        If ``NX_CPU`` names an instruction set that this build or this machine lacks.

    Examples
    --------
    >>> import nx_cbackend
    >>> nx_cbackend.cpu() in ("avx2", "baseline")
    True
    """
    from nx_cbackend._native import active_cpu  # noqa: PLC0415 - importing nx_cbackend stays light

    return active_cpu()
