/* The modified Bessel functions I0 and I1, scaled by exp(-abs(x)), in double.
 *
 * Owns: nxc_bessel_i0e and nxc_bessel_i1e. Who may call: kernels/map_special.c.
 * Invariant: one polynomial in the argument up to 20, one in its inverse beyond: nothing cancels.
 * Source: coefficients from fit_special.py; beyond 20 they follow the asymptotic series 10.40.1 of
 * NIST's Digital Library of Mathematical Functions.
 */
#include <math.h>

#include "nxc_special.h"

#define AT(c, u) polynomial(c, (int)(sizeof(c) / sizeof *(c)), u)

static const double i0_to_2[] = {
    0x1.dcf01629a660ep-2,  -0x1.08099e5ff368ep-2,  0x1.3b2cc4f633d78p-3,  -0x1.386425d0a3702p-4,
    0x1.ff5f81de86497p-6,  -0x1.60999a9aa8b94p-7,  0x1.a22bde10682a6p-9,  -0x1.b21419f5ccb8cp-11,
    0x1.90253c350270ap-13, -0x1.4b7eed3c97b1bp-15, 0x1.f28181da05b9cp-18, -0x1.57081d422637dp-20,
    0x1.b31bb297bece5p-23, -0x1.ffb37aa63e153p-26, 0x1.17f7a5c66cbacp-28, -0x1.1f54547e93c4p-31,
    0x1.256224f8760e3p-34, -0x1.0b01488e4fa1ep-37};
static const double i0_to_5[] = {
    0x1.c84ca505cd8b9p-3,  -0x1.b306839d51167p-5,  0x1.3e2cad310579fp-6,  -0x1.02d838b3ca64cp-7,
    0x1.ab88122bc3ca6p-9,  -0x1.5448313acb9a2p-10, 0x1.fb0fa2b294fdfp-12, -0x1.5cd1c5e6b3759p-13,
    0x1.b916e589a82a7p-15, -0x1.0064864355e62p-16, 0x1.12c2fb87f7b33p-18, -0x1.106d389653839p-20,
    0x1.f5d3bd0641e8dp-23, -0x1.af122ab41b73dp-25, 0x1.5ac315203af0fp-27, -0x1.0600a545b39fep-29,
    0x1.72986fbfbf3d6p-32, -0x1.f315a31f6894dp-35, 0x1.65db4ffb9f895p-37, -0x1.b250d7f41db84p-40};
static const double i0_to_10[] = {
    0x1.2fc035bd4ac42p-3,  -0x1.a4d92f19a3cc8p-6,  0x1.b709d48aee4eep-8,  -0x1.ff85ef6ec5dcbp-10,
    0x1.3b04b8ca655b3p-11, -0x1.928a1331530c8p-13, 0x1.087eb91250336p-14, -0x1.632230c2bd0eep-16,
    0x1.e37b38a0b316fp-18, -0x1.4a77bb9fcb00ep-19, 0x1.c0ab26a714f48p-21, -0x1.2b4458d93790cp-22,
    0x1.84aea2b445191p-24, -0x1.e7e4cdc555785p-26, 0x1.26b10f4651a08p-27, -0x1.570d2935e50a9p-29,
    0x1.7cbab19ab31c5p-31, -0x1.8020600e9a5eep-33, 0x1.85e2e6013c99ap-35, -0x1.055c15b634135p-36,
    0x1.e884c35a06185p-39};
static const double i0_to_20[] = {
    0x1.a9928e1a47572p-4,  -0x1.20cc151357d12p-6,  0x1.262cf786b4f2cp-8,  -0x1.4d33c3cf41eacp-10,
    0x1.8c9b1d6494a79p-12, -0x1.e601a2abcc09cp-14, 0x1.2f99e684768ebp-15, -0x1.80abe48b8976fp-17,
    0x1.ecb4781077e3cp-19, -0x1.3e575bbbbcfe1p-20, 0x1.9e7b7e7a16da8p-22, -0x1.0fa950662c3d1p-23,
    0x1.667dba5401952p-25, -0x1.dbf94b1d27ba2p-27, 0x1.3c2268383af47p-28, -0x1.a7b6f95e86d1dp-30,
    0x1.2f5549521635bp-31, -0x1.a4735400295ep-33,  0x1.77298a2b0d563p-35, -0x1.d116d4be37efp-37,
    0x1.f3a4c20a2b6f4p-37, -0x1.69dbd32248ed2p-38};
static const double i0_far[] = {0x1.9884533d43651p-2, 0x1.9884533d437f7p-5, 0x1.cb94dda42eedep-6,
                                0x1.debb12940032ap-6, 0x1.6e86da4fe7f1fp-5, 0x1.7330355731d82p-4,
                                0x1.d115aa58409a7p-3, 0x1.7e61f0a99d224p-1, 0x1.85024115117ep-1,
                                0x1.4318c749ac2e9p+5, -0x1.22ec4cfd5f87p+8, 0x1.ef5bfd3240b1p+10};
static const double i1_to_2[] = {
    0x1.a9ccef9365fp-3,    -0x1.4386a266e50e5p-3,  0x1.543a5d484776ep-4,  -0x1.1a7e0274cd02ap-5,
    0x1.85b7088af8a4fp-7,  -0x1.cc3b5830713dap-9,  0x1.db1023486dc62p-11, -0x1.b36714dff37fep-13,
    0x1.66baedf7e04c3p-15, -0x1.0c5f897b5b34p-17,  0x1.6fa8c952f085ap-20, -0x1.d068b19f9a73ep-23,
    0x1.10126b13e99a9p-25, -0x1.2938e29fbb84cp-28, 0x1.2fb55ab058ecbp-31, -0x1.24338f4670387p-34,
    0x1.170d8f74c434ep-37, -0x1.dfbff930ffea8p-41};
static const double i1_to_5[] = {
    0x1.7fcb8f164007dp-3,   -0x1.bdd175a3f037p-6,  0x1.daa3a3e9d8a87p-9,   0x1.a2d28beb93116p-11,
    -0x1.1735d5171edbap-10, 0x1.4d8ee2ee4df16p-11, -0x1.32d9d5bd18398p-12, 0x1.de99834eeee1dp-14,
    -0x1.4816ad3e87a7ap-15, 0x1.93162d18e0e67p-17, -0x1.c15fd8c700a96p-19, 0x1.cacf37bff009dp-21,
    -0x1.b028ea93772eap-23, 0x1.79d1101191edbp-25, -0x1.343f34f5ab6f2p-27, 0x1.d734504ad215p-30,
    -0x1.5064a613d0393p-32, 0x1.c8b34b4e19d1cp-35, -0x1.4a2b637c14411p-37, 0x1.93072a72264ddp-40};
static const double i1_to_10[] = {
    0x1.1ab559c8cf604p-3,   -0x1.4d0a6afdda898p-6,  0x1.1d94d9834cf07p-8,   -0x1.0382286674ae8p-10,
    0x1.c6febcc52f05bp-13,  -0x1.5494d46d9f027p-15, 0x1.fcd94a82e9d1ap-19,  0x1.fa6c95b544c8bp-20,
    -0x1.bd7185f109213p-20, 0x1.d8cda9d8b93dfp-21,  -0x1.a36abbc9902p-22,   0x1.4e4dba3c6bb48p-23,
    -0x1.eb8f580bfea5dp-25, 0x1.513ce71043ae4p-26,  -0x1.b2fc9d8ce06cep-28, 0x1.0a2754dcda9d2p-29,
    -0x1.32b49cfa6d90ap-31, 0x1.3d58738d19c5bp-33,  -0x1.49e8a6cd30858p-35, 0x1.c77799732d2a9p-37,
    -0x1.afbec588a175bp-39};
static const double i1_to_20[] = {
    0x1.9b21f372e9598p-4,   -0x1.03612f85df50ep-6,  0x1.e864011c09542p-9,   -0x1.fbc3157658269p-11,
    0x1.131ab4b99f97p-12,   -0x1.2fd87eb73b1c1p-14, 0x1.51eead0f6e6c6p-16,  -0x1.772dd711caba4p-18,
    0x1.9c654a3a66f04p-20,  -0x1.bc63ac0409b97p-22, 0x1.ce9eca36cdcf8p-24,  -0x1.c52317d83f957p-26,
    0x1.88d5e4dfbccdp-28,   -0x1.ec302a00055cep-31, -0x1.9b6f49dd9b40cp-36, 0x1.07246a29f6e97p-33,
    -0x1.b2f75eed00a22p-34, 0x1.b5cfdbad2c678p-35,  -0x1.0076a4c57f88fp-37, 0x1.837bdfe56795bp-39,
    -0x1.066ab2f2f936ep-37, 0x1.a7c31fedd85f9p-39};
static const double i1_far[] = {
    0x1.9884533d43651p-2,  -0x1.32633e6df292dp-3, -0x1.7efc0e090a7fap-5, -0x1.4f1c8cd5207e6p-5,
    -0x1.d73fbfce21c6bp-5, -0x1.c5a994e17866bp-4, -0x1.12f9abace934cp-2, -0x1.b6adde3961a9ap-1,
    -0x1.f0082885d0aa3p-1, -0x1.5d435cc3bf78ap+5, 0x1.35e83d0fbff29p+8,  -0x1.0a486280d510ep+11};

static double polynomial(const double *c, int n, double u) {
    double value = c[n - 1];
    for (int i = n - 2; i >= 0; i--)
        value = c[i] + u * value;
    return value;
}

double nxc_bessel_i0e(double x) {
    const double a = fabs(x);
    if (a < 2.0)
        return AT(i0_to_2, a - 1.0);
    if (a < 5.0)
        return AT(i0_to_5, (a - 3.5) / 1.5);
    if (a < 10.0)
        return AT(i0_to_10, (a - 7.5) / 2.5);
    if (a < 20.0)
        return AT(i0_to_20, (a - 15.0) / 5.0);
    return AT(i0_far, 1.0 / a) / sqrt(a);
}

double nxc_bessel_i1e(double x) {
    const double a = fabs(x);
    double value;
    if (a < 2.0)
        value = a * AT(i1_to_2, a - 1.0);
    else if (a < 5.0)
        value = AT(i1_to_5, (a - 3.5) / 1.5);
    else if (a < 10.0)
        value = AT(i1_to_10, (a - 7.5) / 2.5);
    else if (a < 20.0)
        value = AT(i1_to_20, (a - 15.0) / 5.0);
    else
        value = AT(i1_far, 1.0 / a) / sqrt(a);
    return copysign(value, x);
}
