/* Functions of complex numbers in double, one after another; see nxc_complex.c. */
#ifndef NXC_COMPLEX_H
#define NXC_COMPLEX_H

typedef struct {
    double re, im;
} nxc_pair;

/* Those of one number. */
// clang-format off
#define NXC_COMPLEX_FUNCTIONS(X)                                                                   \
    X(sign)                                                                                        \
    X(sqrt) X(exp) X(exp2) X(expm1) X(log) X(log2) X(log10) X(log1p) X(sin) X(cos) X(tan) X(asin)  \
        X(acos) X(atan) X(sinh) X(cosh) X(tanh) X(asinh) X(acosh) X(atanh)
// clang-format on

#define NXC_ROW(name) nxc_pair nxc_c##name(nxc_pair z);
NXC_COMPLEX_FUNCTIONS(NXC_ROW)
#undef NXC_ROW

/* x / y wherever it is representable, with infinities and zeros as in C11, annex G. */
nxc_pair nxc_cdivide(nxc_pair x, nxc_pair y);

/* x ** y, for complex64 and complex128. */
nxc_pair nxc_cpower_complex64(nxc_pair x, nxc_pair y);
nxc_pair nxc_cpower_complex128(nxc_pair x, nxc_pair y);

/* x ** n by repeated squaring. */
nxc_pair nxc_cinteger_pow(nxc_pair x, long long n);

#endif
