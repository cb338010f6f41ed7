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

static const double i0_to_1[] = {
    0x1.4a42101eb0f47p-1,  -0x1.f45759d502996p-3,  0x1.542a936ca349fp-4,  -0x1.67fb9a0887f4fp-6,
    0x1.320b2762aa235p-8,  -0x1.b071dc7f24eeep-11, 0x1.04c51b563f1c4p-13, -0x1.1202940a7aa4ap-16,
    0x1.fddd613f3921bp-20, -0x1.a97354eefff44p-23, 0x1.41c14f2c4c397p-26, -0x1.bcea8d2d0441bp-30,
    0x1.1b3da84a6f97ep-33, -0x1.4e37343bc889p-37,  0x1.75306067ce642p-41, -0x1.7fef369d223a5p-45};
static const double i0_to_2[] = {
    0x1.784084195afep-2,   -0x1.2fe94f46a410bp-4,  0x1.34c2cdefe6d9fp-6,  -0x1.18eb98d35f235p-8,
    0x1.b58bb61bed421p-11, -0x1.245e14876fc4bp-13, 0x1.5374a8765c4a4p-16, -0x1.5b134d501b8a5p-19,
    0x1.3c5c6cb012ab2p-22, -0x1.03d2ef7cec0f4p-25, 0x1.840e4dd25c94dp-29, -0x1.098d23a9b16ffp-32,
    0x1.4f3d18daa88dbp-36, -0x1.88be1ae62da1bp-40, 0x1.b3cc3116a248fp-44, -0x1.bdfe7c84e65a6p-48};
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
static const double i1_to_1[] = {
    0x1.40598cd0be9efp-2,  -0x1.18b77f98f549p-3,   0x1.43a2afe3328e6p-5,  -0x1.1e1fec9998791p-7,
    0x1.9ce602eaa31f9p-10, -0x1.f8446b39c2d61p-13, 0x1.0b166f06bf74dp-15, -0x1.f3ba1b4203729p-19,
    0x1.a29fea5c040a6p-22, -0x1.3d810998e7dc8p-25, 0x1.b7fe5cea6dc55p-29, -0x1.189d87fa6665dp-32,
    0x1.4b864893a741cp-36, -0x1.6cd1c5a4604a3p-40, 0x1.7cec229cb55dbp-44, -0x1.709656bf199a8p-48};
static const double i1_to_2[] = {
    0x1.c097b8ec11eb5p-3,   0x1.365faa50b24c9p-10, -0x1.c27a5d349f6c3p-8,  0x1.39403a911c60bp-9,
    -0x1.255f7d36aa282p-11, 0x1.b1a1d05400806p-14, -0x1.0bed1ed5d5268p-16, 0x1.1da58c32a0ee2p-19,
    -0x1.0c3e2e280609dp-22, 0x1.c27db575ce6fdp-26, -0x1.5635d508ac78ep-29, 0x1.dabdb69a5b272p-33,
    -0x1.2ef783e80accfp-36, 0x1.662a39f15ca26p-40, -0x1.9089443178a6cp-44, 0x1.9c8dc94043d6bp-48};
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
    if (a < 1.0)
        return AT(i0_to_1, (a - 0.5) * 2.0);
    if (a < 2.0)
        return AT(i0_to_2, (a - 1.5) * 2.0);
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
    if (a < 1.0)
        value = a * AT(i1_to_1, (a - 0.5) * 2.0);
    else if (a < 2.0)
        value = AT(i1_to_2, (a - 1.5) * 2.0);
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
