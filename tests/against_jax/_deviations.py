"""Where nx knowingly differs from JAX, and which shared names there is nothing to compare of.

Every entry is checked: one that agrees with JAX by now, or names nothing, turns a test red.
"""

# A result's dtype is another than JAX's, for arguments of this dtype.
POSITIONS = "positions are int64 throughout nx; JAX takes the narrowest that fits"
KEPT = "the operand's own precision; JAX multiplies by a float64"
COUNTED = "counts are integers, as NumPy's are"
DTYPES: dict[tuple[str, str], str] = {
    **{
        (name, dtype): POSITIONS
        for name in ("digitize", "searchsorted", "top_k")
        for dtype in ("float16", "bfloat16", "float32", "float64")
    },
    **{("angle", dtype): KEPT for dtype in ("float16", "bfloat16", "float32")},
    **{("histogram", dtype): COUNTED for dtype in ("float32", "float64")},
    ("mean", "int64"): "float32 is the default floating dtype, whatever the integers",
}

# A slope is another than JAX's, for arguments of this dtype; the values agree. The plain
# tests hold these slopes against differences.
OPPOSITE = "JAX's has the opposite sign in the left half-plane, against differences"
TURNING = "z / abs(z) is not flat for complex z; JAX takes its slope to be 0"
SLOPES: dict[tuple[str, str], str] = {
    **{("acosh", dtype): OPPOSITE for dtype in ("complex64", "complex128")},
    **{("sign", dtype): TURNING for dtype in ("complex64", "complex128")},
}

# The same name, and nothing to compare: each with the reason.
EXCLUDED = {
    "__array_namespace_info__": "describes the library",
    "array": "makes an array of anything: every row begins with it",
    "asarray": "makes an array of anything, as array does",
    "broadcast_shapes": "of shapes, not arrays",
    "can_cast": "of dtypes, not arrays",
    "empty": "its values are not defined",
    "empty_like": "its values are not defined",
    "finfo": "of dtypes, not arrays",
    "from_dlpack": "exchange, tested with the neighbours themselves",
    "iinfo": "of dtypes, not arrays",
    "isdtype": "of dtypes, not arrays",
    "result_type": "of dtypes, not arrays",
}
