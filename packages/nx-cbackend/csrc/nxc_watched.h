/* What the address sanitizer is told of our memory; nothing in other builds.
 *
 * Owns: the macros. NXC_WATCHED is whether it watches. From NXC_FORBID(from, bytes) on, whoever
 * touches these bytes is reported, until NXC_ALLOW(from, bytes).
 * Who may call: nxc_memory.c. Source: sanitizer/asan_interface.h of the compilers.
 */
#ifndef NXC_WATCHED_H
#define NXC_WATCHED_H

#ifdef __SANITIZE_ADDRESS__ /* GCC's word */
#define NXC_WATCHED 1
#elif defined(__has_feature) /* Clang's */
#if __has_feature(address_sanitizer)
#define NXC_WATCHED 1
#endif
#endif

#ifdef NXC_WATCHED
#include <sanitizer/asan_interface.h>
#define NXC_FORBID(from, bytes) __asan_poison_memory_region(from, bytes)
#define NXC_ALLOW(from, bytes) __asan_unpoison_memory_region(from, bytes)
#else
#define NXC_WATCHED 0
#define NXC_FORBID(from, bytes) ((void)(from), (void)(bytes))
#define NXC_ALLOW(from, bytes) ((void)(from), (void)(bytes))
#endif

#endif
