// Questions to 32 bytes at once, answered with a bit for each byte, the lowest for the first: two vectors of x86-64's
// baseline, so that nothing has to be chosen when the agent starts. Other machines get the same bits from eight bytes at
// a time; that path is compiled everywhere, for the tests to hold the two against each other. The callers, all in
// Platform/ByteBlocks.swift, see to it that 32 bytes are there.
// SPDX-License-Identifier: Apache-2.0
#ifndef CVITALS_BYTE_MASKS_H
#define CVITALS_BYTE_MASKS_H

#include <stdint.h>
#include <string.h>

/// A bit for each of eight bytes whose highest bit is set.
static inline uint32_t cvitals_high_bits8(uint64_t word) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return (uint32_t)(((word >> 7) & 0x0101010101010101u) * 0x0102040810204080u >> 56);
}

/// The highest bit of each byte that is zero; exact, no byte borrows from the next.
static inline uint64_t cvitals_zeros8(uint64_t word) {
    const uint64_t low = 0x7f7f7f7f7f7f7f7fu;
    return ~(((word & low) + low) | word | low);
}

/// The highest bit of each byte that ends a run of a string's plain bytes: a quote, a backslash, a control character.
static inline uint64_t cvitals_string_ends8(uint64_t word) {
    const uint64_t ones = 0x0101010101010101u;
    return cvitals_zeros8(word ^ ones * '"') | cvitals_zeros8(word ^ ones * '\\') | cvitals_zeros8(word & ones * 0xe0);
}

static inline uint32_t cvitals_string_ends_portable(const uint8_t *bytes) {
    uint32_t bits = 0;
    for (int part = 0; part < 4; part++) {
        uint64_t word;
        memcpy(&word, bytes + part * 8, 8);
        bits |= cvitals_high_bits8(cvitals_string_ends8(word)) << (part * 8);
    }
    return bits;
}

static inline uint32_t cvitals_ascii_ends_portable(const uint8_t *bytes) {
    uint32_t bits = 0;
    for (int part = 0; part < 4; part++) {
        uint64_t word;
        memcpy(&word, bytes + part * 8, 8);
        bits |= cvitals_high_bits8(cvitals_string_ends8(word) | word) << (part * 8);
    }
    return bits;
}

static inline uint32_t cvitals_differences_portable(const uint8_t *left, const uint8_t *right) {
    uint32_t bits = 0;
    for (int part = 0; part < 4; part++) {
        uint64_t a, b;
        memcpy(&a, left + part * 8, 8);
        memcpy(&b, right + part * 8, 8);
        bits |= cvitals_high_bits8(~cvitals_zeros8(a ^ b)) << (part * 8);
    }
    return bits;
}

static inline uint32_t cvitals_any_portable(const uint8_t *bytes, uint8_t one, uint8_t two, uint8_t three) {
    const uint64_t ones = 0x0101010101010101u;
    uint32_t bits = 0;
    for (int part = 0; part < 4; part++) {
        uint64_t word;
        memcpy(&word, bytes + part * 8, 8);
        uint64_t found = cvitals_zeros8(word ^ ones * one) | cvitals_zeros8(word ^ ones * two)
            | cvitals_zeros8(word ^ ones * three);
        bits |= cvitals_high_bits8(found) << (part * 8);
    }
    return bits;
}

/// Ones for as many bytes as are wanted, when read from so many before the middle.
static const uint8_t cvitals_ones[64] = {
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
};

/// Sends for three lines of the cache. No address is wrong, it is only a wish.
static inline void cvitals_prefetch(const void *bytes) {
    for (int line = 0; line < 3; line++) __builtin_prefetch((const char *)bytes + line * 64, 1);
}

/// Four machine words.
typedef struct {
    uint64_t one, two, three, four;
} cvitals_words;

/// The first `count` of 32 bytes as words of this machine, zeros behind them; at most 32.
static inline cvitals_words cvitals_first_words(const uint8_t *bytes, uint32_t count) {
    uint64_t word[4], mask[4];
    memcpy(word, bytes, 32);
    memcpy(mask, cvitals_ones + 32 - (count < 32 ? count : 32), 32);
    cvitals_words words = {word[0] & mask[0], word[1] & mask[1], word[2] & mask[2], word[3] & mask[3]};
    return words;
}

#if defined(__SSE2__)

typedef char cvitals_bytes16 __attribute__((vector_size(16)));

static inline cvitals_bytes16 cvitals_load16(const uint8_t *bytes) {
    cvitals_bytes16 vector;
    memcpy(&vector, bytes, 16);
    return vector;
}

static inline uint32_t cvitals_high_bits16(cvitals_bytes16 vector) {
    return (uint32_t)__builtin_ia32_pmovmskb128(vector);
}

/// 0xff for each byte that is a quote, a backslash or, taken as signed, less than a space: a control character or no ASCII.
static inline cvitals_bytes16 cvitals_ascii_ends16(cvitals_bytes16 vector) {
    typedef signed char signed16 __attribute__((vector_size(16)));
    return (cvitals_bytes16)(vector == '"') | (cvitals_bytes16)(vector == '\\')
        | (cvitals_bytes16)((signed16)vector < (signed char)0x20);
}

/// The same, without the bytes that are no ASCII.
static inline cvitals_bytes16 cvitals_string_ends16(cvitals_bytes16 vector) {
    return (cvitals_bytes16)(vector == '"') | (cvitals_bytes16)(vector == '\\')
        | (cvitals_bytes16)((vector & (char)0xe0) == 0);
}

/// Bits of the bytes that are a quote, a backslash, a control character or no ASCII.
static inline uint32_t cvitals_ascii_ends(const uint8_t *bytes) {
    return cvitals_high_bits16(cvitals_ascii_ends16(cvitals_load16(bytes)))
        | cvitals_high_bits16(cvitals_ascii_ends16(cvitals_load16(bytes + 16))) << 16;
}

/// Bits of the bytes that are a quote, a backslash or a control character.
static inline uint32_t cvitals_string_ends(const uint8_t *bytes) {
    return cvitals_high_bits16(cvitals_string_ends16(cvitals_load16(bytes)))
        | cvitals_high_bits16(cvitals_string_ends16(cvitals_load16(bytes + 16))) << 16;
}

static inline cvitals_bytes16 cvitals_any16(cvitals_bytes16 vector, uint8_t one, uint8_t two, uint8_t three) {
    return (cvitals_bytes16)(vector == (char)one) | (cvitals_bytes16)(vector == (char)two)
        | (cvitals_bytes16)(vector == (char)three);
}

/// Bits of the bytes that are one of three.
static inline uint32_t cvitals_any(const uint8_t *bytes, uint8_t one, uint8_t two, uint8_t three) {
    return cvitals_high_bits16(cvitals_any16(cvitals_load16(bytes), one, two, three))
        | cvitals_high_bits16(cvitals_any16(cvitals_load16(bytes + 16), one, two, three)) << 16;
}

/// Bits of the bytes that are not alike.
static inline uint32_t cvitals_differences(const uint8_t *left, const uint8_t *right) {
    cvitals_bytes16 low = (cvitals_bytes16)(cvitals_load16(left) == cvitals_load16(right));
    cvitals_bytes16 high = (cvitals_bytes16)(cvitals_load16(left + 16) == cvitals_load16(right + 16));
    return ~(cvitals_high_bits16(low) | cvitals_high_bits16(high) << 16);
}

#else

static inline uint32_t cvitals_ascii_ends(const uint8_t *bytes) { return cvitals_ascii_ends_portable(bytes); }
static inline uint32_t cvitals_string_ends(const uint8_t *bytes) { return cvitals_string_ends_portable(bytes); }
static inline uint32_t cvitals_any(const uint8_t *bytes, uint8_t one, uint8_t two, uint8_t three) {
    return cvitals_any_portable(bytes, one, two, three);
}
static inline uint32_t cvitals_differences(const uint8_t *left, const uint8_t *right) {
    return cvitals_differences_portable(left, right);
}

#endif
#endif
