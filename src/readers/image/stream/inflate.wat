;; Inflates deflated data (RFC 1951), a piece at a time, within its own memory.
;;
;; A code is looked up by its next bits in a table of 1024 entries for literals and lengths, and of 256 for
;; distances; longer codes go on in subtables behind it. An entry is an i32:
;;     bits 0-5    how many bits the code takes, with the bits that follow it
;;     bits 8-11   how many bits the code takes alone; for a subtable, how many bits choose in it
;;     bits 12-15  12 no code, 13 end of the block, 14 a subtable; 15 is set with each of these
;;     bits 16-30  the literal, the least length or distance, or where the subtable begins in the table
;;     bit 31      a literal
;; Templates hold the entries of all symbols but for the length of their codes.
;;
;; Whoever calls writes the templates, the input and at most 32 KiB of what came before the output, sets $in,
;; $in_end and $out, and calls "run". Of the input, 64 bytes behind $in_end may be read, of the output as many
;; behind the end may be written.
;;
;; Layout, from 0 on:
;;        0  templates: 288 of literals and lengths, 32 of distances, 19 of lengths of codes
;;     1360  in which order lengths of codes stand (19 bytes)
;;     1408  lengths of codes (320 bytes)
;;     1728  lengths of the codes of lengths (32 bytes)
;;     1792  how many codes have each length (16 of i32), and where their symbols begin, when sorted
;;     4096  table of literals and lengths (4096 entries)
;;    20480  table of distances (1024 entries)
;;    24576  table of lengths of codes (128 entries)
;;    25600  symbols sorted by the length of their codes (320 of i16)
(module
  (memory (export "memory") 1)

  ;; Where input and output have come to.
  (global $in (export "in") (mut i32) (i32.const 0))
  (global $in_end (export "inEnd") (mut i32) (i32.const 0))
  (global $out (export "out") (mut i32) (i32.const 0))

  ;; Bits that were taken from the input and not used; none above them is set between calls.
  (global $bits (mut i64) (i64.const 0))
  (global $count (mut i64) (i64.const 0))
  ;; 0 before a block, 1 in one with codes, 2 in a stored one, 3 after the last.
  (global $mode (mut i32) (i32.const 0))
  (global $last (mut i32) (i32.const 0))
  (global $stored (mut i32) (i32.const 0))
  ;; What is left of a match that did not fit.
  (global $match_length (mut i32) (i32.const 0))
  (global $match_distance (mut i32) (i32.const 0))
  ;; Whether the tables are those of fixed codes.
  (global $fixed (mut i32) (i32.const 0))

  (func (export "start")
    (global.set $bits (i64.const 0))
    (global.set $count (i64.const 0))
    (global.set $mode (i32.const 0))
    (global.set $last (i32.const 0))
    (global.set $match_length (i32.const 0)))

  ;; Takes as many whole bytes as fit.
  (func $fill
    (block $enough
      (loop $more
        (br_if $enough (i64.gt_u (global.get $count) (i64.const 56)))
        (br_if $enough (i32.ge_u (global.get $in) (global.get $in_end)))
        (global.set $bits
          (i64.or (global.get $bits)
            (i64.shl (i64.load8_u (global.get $in)) (global.get $count))))
        (global.set $count (i64.add (global.get $count) (i64.const 8)))
        (global.set $in (i32.add (global.get $in) (i32.const 1)))
        (br $more))))

  ;; Uses bits up. There must be so many.
  (func $take (param $n i32) (result i32)
    (local $value i32)
    (local.set $value
      (i32.and
        (i32.wrap_i64 (global.get $bits))
        (i32.sub (i32.shl (i32.const 1) (local.get $n)) (i32.const 1))))
    (global.set $bits (i64.shr_u (global.get $bits) (i64.extend_i32_u (local.get $n))))
    (global.set $count (i64.sub (global.get $count) (i64.extend_i32_u (local.get $n))))
    (local.get $value))

  ;; Gives whole bytes back that were not used.
  (func $give_back
    (global.set $in
      (i32.sub (global.get $in) (i32.wrap_i64 (i64.shr_u (global.get $count) (i64.const 3)))))
    (global.set $count (i64.and (global.get $count) (i64.const 7)))
    (global.set $bits
      (i64.and
        (global.get $bits)
        (i64.sub (i64.shl (i64.const 1) (global.get $count)) (i64.const 1)))))

  ;; Makes a table for $symbols symbols from the lengths of their codes; 0 when these are no code. One that
  ;; leaves bits without a meaning is none, but for a single code of one bit, or no code, where $may_miss says so.
  (func $build
    (param $lengths i32) (param $symbols i32) (param $templates i32) (param $table i32)
    (param $main i32) (param $may_miss i32)
    (result i32)
    (local $index i32) (local $length i32) (local $left i32) (local $longest i32) (local $at i32)
    (local $code i32) (local $size i32) (local $entry i32) (local $step i32) (local $count i32)
    (local $prefix i32) (local $next i32) (local $used i32) (local $sorted i32)
    ;; How many codes have each length.
    (v128.store offset=1792 (i32.const 0) (v128.const i64x2 0 0))
    (v128.store offset=1808 (i32.const 0) (v128.const i64x2 0 0))
    (v128.store offset=1824 (i32.const 0) (v128.const i64x2 0 0))
    (v128.store offset=1840 (i32.const 0) (v128.const i64x2 0 0))
    (loop $each
      (local.set $at
        (i32.shl (i32.load8_u (i32.add (local.get $lengths) (local.get $index))) (i32.const 2)))
      (i32.store offset=1792 (local.get $at)
        (i32.add (i32.load offset=1792 (local.get $at)) (i32.const 1)))
      (local.set $index (i32.add (local.get $index) (i32.const 1)))
      (br_if $each (i32.lt_u (local.get $index) (local.get $symbols))))
    ;; Whether they use all bits up; and where the symbols of each length begin, when sorted by it.
    (local.set $left (i32.const 1))
    (local.set $length (i32.const 1))
    (loop $each
      (local.set $at (i32.shl (local.get $length) (i32.const 2)))
      (i32.store offset=1856 (local.get $at) (local.get $sorted))
      (local.set $count (i32.load offset=1792 (local.get $at)))
      (local.set $sorted (i32.add (local.get $sorted) (local.get $count)))
      (local.set $left (i32.sub (i32.shl (local.get $left) (i32.const 1)) (local.get $count)))
      (if (i32.lt_s (local.get $left) (i32.const 0)) (then (return (i32.const 0))))
      (if (local.get $count) (then (local.set $longest (local.get $length))))
      (local.set $length (i32.add (local.get $length) (i32.const 1)))
      (br_if $each (i32.le_u (local.get $length) (i32.const 15))))
    (local.set $size (i32.shl (i32.const 1) (local.get $main)))
    (if (local.get $left)
      (then
        (if
          (i32.or
            (i32.eqz (local.get $may_miss))
            (i32.gt_u (local.get $longest) (i32.const 1)))
          (then (return (i32.const 0))))
        (local.set $index (i32.const 0))
        (loop $each
          (i32.store
            (i32.add (local.get $table) (i32.shl (local.get $index) (i32.const 2)))
            (i32.const 0x9000))
          (local.set $index (i32.add (local.get $index) (i32.const 1)))
          (br_if $each (i32.lt_u (local.get $index) (local.get $size))))
        (if (i32.eqz (local.get $longest)) (then (return (i32.const 1))))))
    (local.set $index (i32.const 0))
    (loop $each
      (local.set $length (i32.load8_u (i32.add (local.get $lengths) (local.get $index))))
      (if (local.get $length)
        (then
          (local.set $at (i32.shl (local.get $length) (i32.const 2)))
          (local.set $sorted (i32.load offset=1856 (local.get $at)))
          (i32.store offset=1856 (local.get $at) (i32.add (local.get $sorted) (i32.const 1)))
          (i32.store16 offset=25600 (i32.shl (local.get $sorted) (i32.const 1)) (local.get $index))))
      (local.set $index (i32.add (local.get $index) (i32.const 1)))
      (br_if $each (i32.lt_u (local.get $index) (local.get $symbols))))
    (local.set $sorted (i32.const 0))
    (if (local.get $left)
      (then
        ;; Every second entry is the only code.
        (local.set $entry
          (i32.add
            (i32.load
              (i32.add (local.get $templates)
                (i32.shl (i32.load16_u (i32.const 25600)) (i32.const 2))))
            (i32.const 0x101)))
        (local.set $index (i32.const 0))
        (loop $each
          (i32.store
            (i32.add (local.get $table) (i32.shl (local.get $index) (i32.const 2)))
            (local.get $entry))
          (local.set $index (i32.add (local.get $index) (i32.const 2)))
          (br_if $each (i32.lt_u (local.get $index) (local.get $size))))
        (return (i32.const 1))))
    ;; Codes in their order, the first bit lowest. With each bit more, what is known stands in both halves of
    ;; the table.
    (local.set $length (i32.const 1))
    (loop $longer
      (if (i32.gt_u (local.get $length) (i32.const 1))
        (then
          (local.set $step (i32.shl (i32.const 2) (local.get $length)))
          (memory.copy
            (i32.add (local.get $table) (local.get $step))
            (local.get $table)
            (local.get $step))))
      (local.set $count
        (i32.load offset=1792 (i32.shl (local.get $length) (i32.const 2))))
      (if (local.get $count)
        (then
          (loop $each
            (i32.store
              (i32.add (local.get $table) (i32.shl (local.get $code) (i32.const 2)))
              (i32.add
                (i32.load
                  (i32.add (local.get $templates)
                    (i32.shl
                      (i32.load16_u offset=25600 (i32.shl (local.get $sorted) (i32.const 1)))
                      (i32.const 2))))
                (i32.mul (local.get $length) (i32.const 0x101))))
            (local.set $sorted (i32.add (local.get $sorted) (i32.const 1)))
            (local.set $code (call $after (local.get $code) (local.get $length)))
            (local.set $count (i32.sub (local.get $count) (i32.const 1)))
            (br_if $each (local.get $count)))))
      (local.set $length (i32.add (local.get $length) (i32.const 1)))
      (br_if $longer (i32.le_u (local.get $length) (local.get $main))))
    (if (i32.le_u (local.get $longest) (local.get $main)) (then (return (i32.const 1))))
    ;; Longer ones in subtables, each so large that the codes with its first bits fill it.
    (local.set $next (local.get $size))
    (local.set $prefix (i32.const -1))
    (loop $longer
      (local.set $count
        (i32.load offset=1792 (i32.shl (local.get $length) (i32.const 2))))
      (if (local.get $count)
        (then
          (loop $each
            (local.set $at
              (i32.and (local.get $code) (i32.sub (local.get $size) (i32.const 1))))
            (if (i32.ne (local.get $at) (local.get $prefix))
              (then
                (local.set $prefix (local.get $at))
                (local.set $index (local.get $next))
                (local.set $step (i32.sub (local.get $length) (local.get $main)))
                (local.set $used (local.get $count))
                (block $full
                  (loop $more
                    (br_if $full
                      (i32.ge_u (local.get $used) (i32.shl (i32.const 1) (local.get $step))))
                    (local.set $step (i32.add (local.get $step) (i32.const 1)))
                    (local.set $used
                      (i32.add
                        (i32.shl (local.get $used) (i32.const 1))
                        (i32.load offset=1792
                          (i32.shl
                            (i32.add (local.get $main) (local.get $step))
                            (i32.const 2)))))
                    (br $more)))
                (local.set $next
                  (i32.add (local.get $index) (i32.shl (i32.const 1) (local.get $step))))
                (i32.store
                  (i32.add (local.get $table) (i32.shl (local.get $prefix) (i32.const 2)))
                  (i32.or
                    (i32.or (i32.const 0xc000) (local.get $main))
                    (i32.or
                      (i32.shl (local.get $index) (i32.const 16))
                      (i32.shl (local.get $step) (i32.const 8)))))))
            (local.set $step (i32.sub (local.get $length) (local.get $main)))
            (local.set $entry
              (i32.add
                (i32.load
                  (i32.add (local.get $templates)
                    (i32.shl
                      (i32.load16_u offset=25600 (i32.shl (local.get $sorted) (i32.const 1)))
                      (i32.const 2))))
                (i32.mul (local.get $step) (i32.const 0x101))))
            (local.set $step (i32.shl (i32.const 4) (local.get $step)))
            (local.set $at
              (i32.add (local.get $table)
                (i32.shl
                  (i32.add
                    (local.get $index)
                    (i32.shr_u (local.get $code) (local.get $main)))
                  (i32.const 2))))
            (local.set $used
              (i32.add (local.get $table) (i32.shl (local.get $next) (i32.const 2))))
            (loop $fill
              (i32.store (local.get $at) (local.get $entry))
              (local.set $at (i32.add (local.get $at) (local.get $step)))
              (br_if $fill (i32.lt_u (local.get $at) (local.get $used))))
            (local.set $sorted (i32.add (local.get $sorted) (i32.const 1)))
            (local.set $code (call $after (local.get $code) (local.get $length)))
            (local.set $count (i32.sub (local.get $count) (i32.const 1)))
            (br_if $each (local.get $count)))))
      (local.set $length (i32.add (local.get $length) (i32.const 1)))
      (br_if $longer (i32.le_u (local.get $length) (local.get $longest))))
    (i32.const 1))

  ;; The code of a length that follows another one, both with their first bit lowest: the ones in the highest places
  ;; become zeros, and the zero below them a one. Nothing follows the last code.
  (func $after (param $code i32) (param $length i32) (result i32)
    (local $zeros i32)
    (local.set $zeros
      (i32.xor
        (local.get $code)
        (i32.sub (i32.shl (i32.const 1) (local.get $length)) (i32.const 1))))
    (if (i32.eqz (local.get $zeros)) (then (return (local.get $code))))
    (local.set $zeros (i32.shr_u (i32.const 0x80000000) (i32.clz (local.get $zeros))))
    (i32.or
      (i32.and (local.get $code) (i32.sub (local.get $zeros) (i32.const 1)))
      (local.get $zeros)))

  (func $build_fixed (result i32)
    (if (global.get $fixed) (then (return (i32.const 1))))
    (memory.fill (i32.const 1408) (i32.const 8) (i32.const 144))
    (memory.fill (i32.const 1552) (i32.const 9) (i32.const 112))
    (memory.fill (i32.const 1664) (i32.const 7) (i32.const 24))
    (memory.fill (i32.const 1688) (i32.const 8) (i32.const 8))
    (drop
      (call $build
        (i32.const 1408) (i32.const 288) (i32.const 0) (i32.const 4096) (i32.const 10) (i32.const 0)))
    (memory.fill (i32.const 1408) (i32.const 5) (i32.const 32))
    (drop
      (call $build
        (i32.const 1408) (i32.const 32) (i32.const 1152) (i32.const 20480) (i32.const 8) (i32.const 0)))
    (global.set $fixed (i32.const 1))
    (i32.const 1))

  ;; Reads the lengths of a block's codes and makes its tables. 1; 3 when they are corrupt, 4 when they end early.
  (func $read_codes (result i32)
    (local $literals i32) (local $distances i32) (local $given i32) (local $index i32)
    (local $all i32) (local $entry i32) (local $symbol i32) (local $value i32) (local $repeats i32)
    (global.set $fixed (i32.const 0))
    (call $fill)
    (if (i64.lt_u (global.get $count) (i64.const 14)) (then (return (i32.const 4))))
    (local.set $literals (i32.add (call $take (i32.const 5)) (i32.const 257)))
    (local.set $distances (i32.add (call $take (i32.const 5)) (i32.const 1)))
    (local.set $given (i32.add (call $take (i32.const 4)) (i32.const 4)))
    (if
      (i32.or
        (i32.gt_u (local.get $literals) (i32.const 286))
        (i32.gt_u (local.get $distances) (i32.const 30)))
      (then (return (i32.const 3))))
    (memory.fill (i32.const 1728) (i32.const 0) (i32.const 32))
    (loop $each
      (call $fill)
      (if (i64.lt_u (global.get $count) (i64.const 3)) (then (return (i32.const 4))))
      (i32.store8 offset=1728
        (i32.load8_u offset=1360 (local.get $index))
        (call $take (i32.const 3)))
      (local.set $index (i32.add (local.get $index) (i32.const 1)))
      (br_if $each (i32.lt_u (local.get $index) (local.get $given))))
    (if
      (i32.eqz
        (call $build
          (i32.const 1728) (i32.const 19) (i32.const 1280) (i32.const 24576) (i32.const 7) (i32.const 0)))
      (then (return (i32.const 3))))
    (local.set $all (i32.add (local.get $literals) (local.get $distances)))
    (local.set $index (i32.const 0))
    (loop $each
      (call $fill)
      (local.set $entry
        (i32.load offset=24576
          (i32.shl
            (i32.and (i32.wrap_i64 (global.get $bits)) (i32.const 127))
            (i32.const 2))))
      ;; A code and what follows it.
      (local.set $symbol (i32.shr_u (local.get $entry) (i32.const 16)))
      (local.set $value (i32.and (local.get $entry) (i32.const 63)))
      (if (i64.lt_u (global.get $count) (i64.extend_i32_u (local.get $value)))
        (then (return (i32.const 4))))
      (if (i32.lt_u (local.get $symbol) (i32.const 16))
        (then
          (drop (call $take (local.get $value)))
          (i32.store8 offset=1408 (local.get $index) (local.get $symbol))
          (local.set $index (i32.add (local.get $index) (i32.const 1))))
        (else
          (drop
            (call $take
              (i32.and (i32.shr_u (local.get $entry) (i32.const 8)) (i32.const 15))))
          (local.set $value (i32.const 0))
          (if (i32.eq (local.get $symbol) (i32.const 16))
            (then
              (if (i32.eqz (local.get $index)) (then (return (i32.const 3))))
              (local.set $value (i32.load8_u offset=1407 (local.get $index)))
              (local.set $repeats (i32.add (call $take (i32.const 2)) (i32.const 3))))
            (else
              (if (i32.eq (local.get $symbol) (i32.const 17))
                (then (local.set $repeats (i32.add (call $take (i32.const 3)) (i32.const 3))))
                (else (local.set $repeats (i32.add (call $take (i32.const 7)) (i32.const 11)))))))
          (if
            (i32.gt_u (i32.add (local.get $index) (local.get $repeats)) (local.get $all))
            (then (return (i32.const 3))))
          (memory.fill
            (i32.add (i32.const 1408) (local.get $index))
            (local.get $value)
            (local.get $repeats))
          (local.set $index (i32.add (local.get $index) (local.get $repeats)))))
      (br_if $each (i32.lt_u (local.get $index) (local.get $all))))
    ;; A block without an end is none.
    (if (i32.eqz (i32.load8_u (i32.const 1664))) (then (return (i32.const 3))))
    (if
      (i32.eqz
        (call $build
          (i32.const 1408) (local.get $literals)
          (i32.const 0) (i32.const 4096) (i32.const 10) (i32.const 1)))
      (then (return (i32.const 3))))
    (if
      (i32.eqz
        (call $build
          (i32.add (i32.const 1408) (local.get $literals)) (local.get $distances)
          (i32.const 1152) (i32.const 20480) (i32.const 8) (i32.const 1)))
      (then (return (i32.const 3))))
    (i32.const 1))

  ;; Reads what stands before a block. 1; 3 when it is corrupt, 4 when it ends early.
  (func $read_header (result i32)
    (local $type i32) (local $length i32) (local $read i32)
    (call $fill)
    (if (i64.lt_u (global.get $count) (i64.const 3)) (then (return (i32.const 4))))
    (global.set $last (call $take (i32.const 1)))
    (local.set $type (call $take (i32.const 2)))
    (if (i32.eqz (local.get $type))
      (then
        (drop (call $take (i32.and (i32.wrap_i64 (global.get $count)) (i32.const 7))))
        (call $fill)
        (if (i64.lt_u (global.get $count) (i64.const 32)) (then (return (i32.const 4))))
        (local.set $length (call $take (i32.const 16)))
        (if
          (i32.ne (i32.xor (call $take (i32.const 16)) (local.get $length)) (i32.const 0xffff))
          (then (return (i32.const 3))))
        (call $give_back)
        (global.set $stored (local.get $length))
        (global.set $mode (i32.const 2))
        (return (i32.const 1))))
    (if (i32.eq (local.get $type) (i32.const 3)) (then (return (i32.const 3))))
    (local.set $read
      (if (result i32) (i32.eq (local.get $type) (i32.const 1))
        (then (call $build_fixed))
        (else (call $read_codes))))
    (if (i32.eq (local.get $read) (i32.const 1)) (then (global.set $mode (i32.const 1))))
    (local.get $read))

  ;; Goes on, up to $out_end; what was put out before begins at $low. No input follows when $final is not 0.
  ;; Gives 0 when it wants more input, 1 when the output is full, 2 at the end of the data, 3 when they are
  ;; corrupt, 4 when they end too early.
  (func (export "run") (param $final i32) (param $low i32) (param $out_end i32) (result i32)
    (local $status i32)
    (local.set $status (call $step (local.get $final) (local.get $low) (local.get $out_end)))
    (call $give_back)
    (local.get $status))

  (func $step (param $final i32) (param $low i32) (param $out_end i32) (result i32)
    (local $status i32) (local $amount i32)
    (loop $blocks
      ;; A match that did not fit.
      (if (global.get $match_length)
        (then
          (loop $each
            (if (i32.eq (global.get $out) (local.get $out_end)) (then (return (i32.const 1))))
            (i32.store8
              (global.get $out)
              (i32.load8_u (i32.sub (global.get $out) (global.get $match_distance))))
            (global.set $out (i32.add (global.get $out) (i32.const 1)))
            (global.set $match_length (i32.sub (global.get $match_length) (i32.const 1)))
            (br_if $each (global.get $match_length)))))
      (if (i32.eq (global.get $mode) (i32.const 1))
        (then
          (local.set $status
            (call $codes (local.get $final) (local.get $low) (local.get $out_end)))
          (br_if $blocks (i32.eq (local.get $status) (i32.const 5)))
          (return (local.get $status))))
      (if (i32.eq (global.get $mode) (i32.const 2))
        (then
          (local.set $amount (i32.sub (global.get $in_end) (global.get $in)))
          (if (i32.gt_u (local.get $amount) (global.get $stored))
            (then (local.set $amount (global.get $stored))))
          (if (i32.gt_u (local.get $amount) (i32.sub (local.get $out_end) (global.get $out)))
            (then (local.set $amount (i32.sub (local.get $out_end) (global.get $out)))))
          (memory.copy (global.get $out) (global.get $in) (local.get $amount))
          (global.set $in (i32.add (global.get $in) (local.get $amount)))
          (global.set $out (i32.add (global.get $out) (local.get $amount)))
          (global.set $stored (i32.sub (global.get $stored) (local.get $amount)))
          (if (global.get $stored)
            (then
              (if (i32.eq (global.get $out) (local.get $out_end)) (then (return (i32.const 1))))
              (return (select (i32.const 4) (i32.const 0) (local.get $final)))))
          (global.set $mode (i32.const 0))))
      (if (i32.or (global.get $last) (i32.eq (global.get $mode) (i32.const 3)))
        (then
          (global.set $mode (i32.const 3))
          (return (i32.const 2))))
      ;; What stands before a block takes less than 600 bytes, and is read at once.
      (if
        (i32.and
          (i32.eqz (local.get $final))
          (i32.lt_u (i32.sub (global.get $in_end) (global.get $in)) (i32.const 600)))
        (then (return (i32.const 0))))
      (local.set $status (call $read_header))
      (br_if $blocks (i32.eq (local.get $status) (i32.const 1)))
      (return (local.get $status)))
    (unreachable))

  ;; Puts out what a block's codes say. As "run", or 5 at the end of the block or where a match did not fit.
  (func $codes (param $final i32) (param $low i32) (param $out_end i32) (result i32)
    (local $in i32) (local $out i32) (local $bits i64) (local $count i64)
    (local $in_safe i32) (local $out_safe i32) (local $status i32)
    (local $entry i32) (local $saved i64) (local $length i32) (local $distance i32) (local $used i32)
    (local $from i32) (local $end i32) (local $splat v128)
    (local.set $in (global.get $in))
    (local.set $out (global.get $out))
    (local.set $bits (global.get $bits))
    (local.set $count (global.get $count))
    ;; Far from both ends nothing has to be counted.
    (local.set $in_safe (i32.sub (global.get $in_end) (i32.const 24)))
    (local.set $out_safe (i32.sub (local.get $out_end) (i32.const 288)))
    (block $stop
      (block $to_the_ends
        (loop $fast
          (br_if $to_the_ends (i32.gt_s (local.get $in) (local.get $in_safe)))
          (br_if $to_the_ends (i32.gt_s (local.get $out) (local.get $out_safe)))
          ;; 56 bits or more; those above $count are the same that are taken again.
          (local.set $bits
            (i64.or (local.get $bits) (i64.shl (i64.load (local.get $in)) (local.get $count))))
          (local.set $in
            (i32.add (local.get $in)
              (i32.wrap_i64 (i64.shr_u (i64.sub (i64.const 63) (local.get $count)) (i64.const 3)))))
          (local.set $count (i64.or (local.get $count) (i64.const 56)))
          (local.set $entry
            (i32.load offset=4096
              (i32.shl (i32.and (i32.wrap_i64 (local.get $bits)) (i32.const 1023)) (i32.const 2))))
          (block $no_literal
            (br_if $no_literal (i32.ge_s (local.get $entry) (i32.const 0)))
            (i32.store8 (local.get $out) (i32.shr_u (local.get $entry) (i32.const 16)))
            (local.set $out (i32.add (local.get $out) (i32.const 1)))
            (local.set $bits
              (i64.shr_u (local.get $bits) (i64.extend_i32_u (local.get $entry))))
            (local.set $count
              (i64.sub (local.get $count)
                (i64.extend_i32_u (i32.and (local.get $entry) (i32.const 63)))))
            (local.set $entry
              (i32.load offset=4096
                (i32.shl (i32.and (i32.wrap_i64 (local.get $bits)) (i32.const 1023)) (i32.const 2))))
            (br_if $no_literal (i32.ge_s (local.get $entry) (i32.const 0)))
            (i32.store8 (local.get $out) (i32.shr_u (local.get $entry) (i32.const 16)))
            (local.set $out (i32.add (local.get $out) (i32.const 1)))
            (local.set $bits
              (i64.shr_u (local.get $bits) (i64.extend_i32_u (local.get $entry))))
            (local.set $count
              (i64.sub (local.get $count)
                (i64.extend_i32_u (i32.and (local.get $entry) (i32.const 63)))))
            (local.set $entry
              (i32.load offset=4096
                (i32.shl (i32.and (i32.wrap_i64 (local.get $bits)) (i32.const 1023)) (i32.const 2))))
            (br_if $no_literal (i32.ge_s (local.get $entry) (i32.const 0)))
            (i32.store8 (local.get $out) (i32.shr_u (local.get $entry) (i32.const 16)))
            (local.set $out (i32.add (local.get $out) (i32.const 1)))
            (local.set $bits
              (i64.shr_u (local.get $bits) (i64.extend_i32_u (local.get $entry))))
            (local.set $count
              (i64.sub (local.get $count)
                (i64.extend_i32_u (i32.and (local.get $entry) (i32.const 63)))))
            (br $fast))
          (if (i32.and (local.get $entry) (i32.const 0x8000))
            (then
              (if (i32.and (local.get $entry) (i32.const 0x4000))
                (then
                  (local.set $bits (i64.shr_u (local.get $bits) (i64.const 10)))
                  (local.set $count (i64.sub (local.get $count) (i64.const 10)))
                  (local.set $entry
                    (i32.load offset=4096
                      (i32.shl
                        (i32.add
                          (i32.shr_u (local.get $entry) (i32.const 16))
                          (i32.and
                            (i32.wrap_i64 (local.get $bits))
                            (i32.sub
                              (i32.shl
                                (i32.const 1)
                                (i32.and (i32.shr_u (local.get $entry) (i32.const 8)) (i32.const 15)))
                              (i32.const 1))))
                        (i32.const 2))))
                  (if (i32.lt_s (local.get $entry) (i32.const 0))
                    (then
                      (i32.store8 (local.get $out) (i32.shr_u (local.get $entry) (i32.const 16)))
                      (local.set $out (i32.add (local.get $out) (i32.const 1)))
                      (local.set $bits
                        (i64.shr_u (local.get $bits) (i64.extend_i32_u (local.get $entry))))
                      (local.set $count
                        (i64.sub (local.get $count)
                          (i64.extend_i32_u (i32.and (local.get $entry) (i32.const 63)))))
                      (br $fast)))))
              (if (i32.and (local.get $entry) (i32.const 0x8000))
                (then
                  (local.set $bits
                    (i64.shr_u (local.get $bits) (i64.extend_i32_u (local.get $entry))))
                  (local.set $count
                    (i64.sub (local.get $count)
                      (i64.extend_i32_u (i32.and (local.get $entry) (i32.const 63)))))
                  (local.set $status (i32.const 3))
                  (if (i32.and (local.get $entry) (i32.const 0x2000))
                    (then
                      (local.set $status (i32.const 5))
                      (global.set $mode (i32.const 0))))
                  (br $stop)))))
          ;; A length; 36 bits are left at least, of which it takes 20 at most, and a distance 28.
          (local.set $saved (local.get $bits))
          (local.set $bits (i64.shr_u (local.get $bits) (i64.extend_i32_u (local.get $entry))))
          (local.set $count
            (i64.sub (local.get $count)
              (i64.extend_i32_u (i32.and (local.get $entry) (i32.const 63)))))
          (local.set $length
            (i32.add
              (i32.shr_u (local.get $entry) (i32.const 16))
              (i32.wrap_i64
                (i64.shr_u
                  (i64.and
                    (local.get $saved)
                    (i64.sub
                      (i64.shl (i64.const 1) (i64.extend_i32_u (local.get $entry)))
                      (i64.const 1)))
                  (i64.extend_i32_u
                    (i32.and (i32.shr_u (local.get $entry) (i32.const 8)) (i32.const 15)))))))
          (local.set $bits
            (i64.or (local.get $bits) (i64.shl (i64.load (local.get $in)) (local.get $count))))
          (local.set $in
            (i32.add (local.get $in)
              (i32.wrap_i64 (i64.shr_u (i64.sub (i64.const 63) (local.get $count)) (i64.const 3)))))
          (local.set $count (i64.or (local.get $count) (i64.const 56)))
          (local.set $entry
            (i32.load offset=20480
              (i32.shl (i32.and (i32.wrap_i64 (local.get $bits)) (i32.const 255)) (i32.const 2))))
          (if (i32.and (local.get $entry) (i32.const 0x8000))
            (then
              (if (i32.and (local.get $entry) (i32.const 0x4000))
                (then
                  (local.set $bits (i64.shr_u (local.get $bits) (i64.const 8)))
                  (local.set $count (i64.sub (local.get $count) (i64.const 8)))
                  (local.set $entry
                    (i32.load offset=20480
                      (i32.shl
                        (i32.add
                          (i32.shr_u (local.get $entry) (i32.const 16))
                          (i32.and
                            (i32.wrap_i64 (local.get $bits))
                            (i32.sub
                              (i32.shl
                                (i32.const 1)
                                (i32.and (i32.shr_u (local.get $entry) (i32.const 8)) (i32.const 15)))
                              (i32.const 1))))
                        (i32.const 2))))))
              (local.set $status (i32.const 3))
              (br_if $stop (i32.and (local.get $entry) (i32.const 0x8000)))))
          (local.set $saved (local.get $bits))
          (local.set $bits (i64.shr_u (local.get $bits) (i64.extend_i32_u (local.get $entry))))
          (local.set $count
            (i64.sub (local.get $count)
              (i64.extend_i32_u (i32.and (local.get $entry) (i32.const 63)))))
          (local.set $distance
            (i32.add
              (i32.shr_u (local.get $entry) (i32.const 16))
              (i32.wrap_i64
                (i64.shr_u
                  (i64.and
                    (local.get $saved)
                    (i64.sub
                      (i64.shl (i64.const 1) (i64.extend_i32_u (local.get $entry)))
                      (i64.const 1)))
                  (i64.extend_i32_u
                    (i32.and (i32.shr_u (local.get $entry) (i32.const 8)) (i32.const 15)))))))
          (local.set $from (i32.sub (local.get $out) (local.get $distance)))
          (local.set $status (i32.const 3))
          (br_if $stop (i32.lt_s (local.get $from) (local.get $low)))
          (local.set $end (i32.add (local.get $out) (local.get $length)))
          ;; Up to 15 bytes too many are written, which the next ones overwrite.
          (if (i32.ge_u (local.get $distance) (i32.const 16))
            (then
              (loop $each
                (v128.store (local.get $out) (v128.load (local.get $from)))
                (local.set $from (i32.add (local.get $from) (i32.const 16)))
                (local.set $out (i32.add (local.get $out) (i32.const 16)))
                (br_if $each (i32.lt_u (local.get $out) (local.get $end)))))
            (else
              (if (i32.eq (local.get $distance) (i32.const 1))
                (then
                  (local.set $splat (v128.load8_splat (local.get $from)))
                  (loop $each
                    (v128.store (local.get $out) (local.get $splat))
                    (local.set $out (i32.add (local.get $out) (i32.const 16)))
                    (br_if $each (i32.lt_u (local.get $out) (local.get $end)))))
                (else
                  (if (i32.ge_u (local.get $distance) (i32.const 8))
                    (then
                      (loop $each
                        (i64.store (local.get $out) (i64.load (local.get $from)))
                        (local.set $from (i32.add (local.get $from) (i32.const 8)))
                        (local.set $out (i32.add (local.get $out) (i32.const 8)))
                        (br_if $each (i32.lt_u (local.get $out) (local.get $end)))))
                    (else
                      (loop $each
                        (i32.store8 (local.get $out) (i32.load8_u (local.get $from)))
                        (local.set $from (i32.add (local.get $from) (i32.const 1)))
                        (local.set $out (i32.add (local.get $out) (i32.const 1)))
                        (br_if $each (i32.lt_u (local.get $out) (local.get $end))))))))))
          (local.set $out (local.get $end))
          (br $fast)))
      ;; Near an end: one code at a time, used up only when all of it is there.
      (global.set $in (local.get $in))
      (global.set $count (local.get $count))
      (global.set $bits (local.get $bits))
      (call $give_back)
      (loop $slow
        (call $fill)
        (local.set $bits (global.get $bits))
        (local.set $status (i32.const 1))
        (if (i32.eq (local.get $out) (local.get $out_end))
          (then (global.set $out (local.get $out)) (return (local.get $status))))
        (local.set $status (select (i32.const 4) (i32.const 0) (local.get $final)))
        (local.set $used (i32.const 0))
        (local.set $entry
          (i32.load offset=4096
            (i32.shl (i32.and (i32.wrap_i64 (local.get $bits)) (i32.const 1023)) (i32.const 2))))
        (if (i32.eq (i32.and (local.get $entry) (i32.const 0xc000)) (i32.const 0xc000))
          (then
            (if (i32.ge_s (local.get $entry) (i32.const 0))
              (then
                (local.set $bits (i64.shr_u (local.get $bits) (i64.const 10)))
                (local.set $used (i32.const 10))
                (local.set $entry
                  (i32.load offset=4096
                    (i32.shl
                      (i32.add
                        (i32.shr_u (local.get $entry) (i32.const 16))
                        (i32.and
                          (i32.wrap_i64 (local.get $bits))
                          (i32.sub
                            (i32.shl
                              (i32.const 1)
                              (i32.and (i32.shr_u (local.get $entry) (i32.const 8)) (i32.const 15)))
                            (i32.const 1))))
                      (i32.const 2))))))))
        (local.set $used
          (i32.add (local.get $used) (i32.and (local.get $entry) (i32.const 63))))
        (if (i64.gt_u (i64.extend_i32_u (local.get $used)) (global.get $count))
          (then (global.set $out (local.get $out)) (return (local.get $status))))
        (if (i32.lt_s (local.get $entry) (i32.const 0))
          (then
            (i32.store8 (local.get $out) (i32.shr_u (local.get $entry) (i32.const 16)))
            (local.set $out (i32.add (local.get $out) (i32.const 1)))
            (drop (call $take (local.get $used)))
            (br $slow)))
        (if (i32.and (local.get $entry) (i32.const 0x8000))
          (then
            (global.set $out (local.get $out))
            (if (i32.and (local.get $entry) (i32.const 0x2000))
              (then
                (drop (call $take (local.get $used)))
                (global.set $mode (i32.const 0))
                (return (i32.const 5))))
            ;; With more bits it may be a code.
            (if (i64.lt_u (global.get $count) (i64.const 15)) (then (return (local.get $status))))
            (return (i32.const 3))))
        (local.set $length
          (i32.add
            (i32.shr_u (local.get $entry) (i32.const 16))
            (i32.wrap_i64
              (i64.shr_u
                (i64.and
                  (local.get $bits)
                  (i64.sub
                    (i64.shl (i64.const 1) (i64.extend_i32_u (local.get $entry)))
                    (i64.const 1)))
                (i64.extend_i32_u
                  (i32.and (i32.shr_u (local.get $entry) (i32.const 8)) (i32.const 15)))))))
        (local.set $bits (i64.shr_u (local.get $bits) (i64.extend_i32_u (local.get $entry))))
        (local.set $entry
          (i32.load offset=20480
            (i32.shl (i32.and (i32.wrap_i64 (local.get $bits)) (i32.const 255)) (i32.const 2))))
        (if (i32.and (local.get $entry) (i32.const 0x4000))
          (then
            (if (i32.and (local.get $entry) (i32.const 0x8000))
              (then
                (local.set $bits (i64.shr_u (local.get $bits) (i64.const 8)))
                (local.set $used (i32.add (local.get $used) (i32.const 8)))
                (local.set $entry
                  (i32.load offset=20480
                    (i32.shl
                      (i32.add
                        (i32.shr_u (local.get $entry) (i32.const 16))
                        (i32.and
                          (i32.wrap_i64 (local.get $bits))
                          (i32.sub
                            (i32.shl
                              (i32.const 1)
                              (i32.and (i32.shr_u (local.get $entry) (i32.const 8)) (i32.const 15)))
                            (i32.const 1))))
                      (i32.const 2))))))))
        (local.set $used
          (i32.add (local.get $used) (i32.and (local.get $entry) (i32.const 63))))
        (global.set $out (local.get $out))
        (if (i64.gt_u (i64.extend_i32_u (local.get $used)) (global.get $count))
          (then (return (local.get $status))))
        (if (i32.and (local.get $entry) (i32.const 0x8000))
          (then
            (if (i64.lt_u (global.get $count) (i64.const 48)) (then (return (local.get $status))))
            (return (i32.const 3))))
        (local.set $distance
          (i32.add
            (i32.shr_u (local.get $entry) (i32.const 16))
            (i32.wrap_i64
              (i64.shr_u
                (i64.and
                  (local.get $bits)
                  (i64.sub
                    (i64.shl (i64.const 1) (i64.extend_i32_u (local.get $entry)))
                    (i64.const 1)))
                (i64.extend_i32_u
                  (i32.and (i32.shr_u (local.get $entry) (i32.const 8)) (i32.const 15)))))))
        (if (i32.lt_s (i32.sub (local.get $out) (local.get $distance)) (local.get $low))
          (then (return (i32.const 3))))
        (global.set $bits (i64.shr_u (global.get $bits) (i64.extend_i32_u (local.get $used))))
        (global.set $count (i64.sub (global.get $count) (i64.extend_i32_u (local.get $used))))
        ;; Whoever called copies it, as far as it fits.
        (global.set $match_length (local.get $length))
        (global.set $match_distance (local.get $distance))
        (return (i32.const 5))))
    (global.set $in (local.get $in))
    (global.set $out (local.get $out))
    (global.set $bits (local.get $bits))
    (global.set $count (local.get $count))
    (local.get $status)))
