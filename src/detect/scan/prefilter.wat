;; The prefilter of the byte scanner: "Teddy" with two groups of eight buckets and fingerprints of four bytes.
;;
;; A bucket holds a few literals. For each of the four bytes of a fingerprint there are two tables of 16
;; bytes, by low and by high nibble; bit b of an entry says that some literal of bucket b may have a byte
;; with this nibble there. Sixteen positions are looked up at a time. Where a bit is left after all eight
;; tables, a hash of the four bytes says whether they can be a fingerprint at all; then the literals of
;; that bucket are compared in full (up to 16 bytes, letters in either case when the mask leaves out
;; their bit 32).
;;
;; relaxed_swizzle is used with indices below 16 only, for which it is defined everywhere.
;;
;; Layout of the tables, from $tables on:
;;     0  16 tables of 16 bytes: group 0 byte 0 low, high, byte 1 low, ... group 1 byte 3 high
;;   256  scratch of 32 bytes
;;   288  17 addresses (i32): where the entries of bucket 0 to 15 start, and where the last ends
;;   384  65536 bits: which hashes fingerprints have
;;  8576  entries of 48 bytes: mask (16), literal under the mask (16), where in the literal the
;;        fingerprint stands (i32, -3 to 12), id (i32), 8 unused
(module
  (memory (export "memory") 1)

  ;; Writes the literals that start in [$from, $to) in ascending order: positions (i32) and ids (i16).
  ;; Gives their number; when it is $room, there may be more. Bytes from $from - 16 to $to + 32 are read.
  (func (export "scan")
    (param $tables i32) (param $from i32) (param $to i32)
    (param $positions i32) (param $ids i32) (param $room i32)
    (result i32)
    (local $p i32) (local $end i32) (local $count i32) (local $slot i32)
    (local $lanes i32) (local $lane i32) (local $buckets i32) (local $bucket i32)
    (local $entry i32) (local $last i32) (local $start i32)
    (local $bytes v128) (local $low v128) (local $high v128) (local $nibble v128)
    (local $hits0 v128) (local $hits1 v128) (local $any v128)
    (local $lo00 v128) (local $hi00 v128) (local $lo01 v128) (local $hi01 v128) (local $lo02 v128) (local $hi02 v128) (local $lo03 v128) (local $hi03 v128)
    (local $lo10 v128) (local $hi10 v128) (local $lo11 v128) (local $hi11 v128) (local $lo12 v128) (local $hi12 v128) (local $lo13 v128) (local $hi13 v128)
    (local.set $lo00 (v128.load offset=0 (local.get $tables)))
    (local.set $hi00 (v128.load offset=16 (local.get $tables)))
    (local.set $lo01 (v128.load offset=32 (local.get $tables)))
    (local.set $hi01 (v128.load offset=48 (local.get $tables)))
    (local.set $lo02 (v128.load offset=64 (local.get $tables)))
    (local.set $hi02 (v128.load offset=80 (local.get $tables)))
    (local.set $lo03 (v128.load offset=96 (local.get $tables)))
    (local.set $hi03 (v128.load offset=112 (local.get $tables)))
    (local.set $lo10 (v128.load offset=128 (local.get $tables)))
    (local.set $hi10 (v128.load offset=144 (local.get $tables)))
    (local.set $lo11 (v128.load offset=160 (local.get $tables)))
    (local.set $hi11 (v128.load offset=176 (local.get $tables)))
    (local.set $lo12 (v128.load offset=192 (local.get $tables)))
    (local.set $hi12 (v128.load offset=208 (local.get $tables)))
    (local.set $lo13 (v128.load offset=224 (local.get $tables)))
    (local.set $hi13 (v128.load offset=240 (local.get $tables)))
    (local.set $nibble (i8x16.splat (i32.const 15)))
    ;; A fingerprint may stand from 3 bytes before its literal's start to 12 after.
    (local.set $p (i32.sub (local.get $from) (i32.const 3)))
    (local.set $end (i32.add (local.get $to) (i32.const 12)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $p) (local.get $end)))
        ;; byte 0 of the fingerprint
        (local.set $bytes (v128.load (local.get $p)))
        (local.set $low (v128.and (local.get $bytes) (local.get $nibble)))
        (local.set $high (v128.and (i16x8.shr_u (local.get $bytes) (i32.const 4)) (local.get $nibble)))
        (local.set $hits0 (v128.and
          (i8x16.relaxed_swizzle (local.get $lo00) (local.get $low))
          (i8x16.relaxed_swizzle (local.get $hi00) (local.get $high))))
        (local.set $hits1 (v128.and
          (i8x16.relaxed_swizzle (local.get $lo10) (local.get $low))
          (i8x16.relaxed_swizzle (local.get $hi10) (local.get $high))))
        ;; byte 1 of the fingerprint
        (local.set $bytes (v128.load offset=1 (local.get $p)))
        (local.set $low (v128.and (local.get $bytes) (local.get $nibble)))
        (local.set $high (v128.and (i16x8.shr_u (local.get $bytes) (i32.const 4)) (local.get $nibble)))
        (local.set $hits0 (v128.and (local.get $hits0) (v128.and
          (i8x16.relaxed_swizzle (local.get $lo01) (local.get $low))
          (i8x16.relaxed_swizzle (local.get $hi01) (local.get $high)))))
        (local.set $hits1 (v128.and (local.get $hits1) (v128.and
          (i8x16.relaxed_swizzle (local.get $lo11) (local.get $low))
          (i8x16.relaxed_swizzle (local.get $hi11) (local.get $high)))))
        ;; byte 2 of the fingerprint
        (local.set $bytes (v128.load offset=2 (local.get $p)))
        (local.set $low (v128.and (local.get $bytes) (local.get $nibble)))
        (local.set $high (v128.and (i16x8.shr_u (local.get $bytes) (i32.const 4)) (local.get $nibble)))
        (local.set $hits0 (v128.and (local.get $hits0) (v128.and
          (i8x16.relaxed_swizzle (local.get $lo02) (local.get $low))
          (i8x16.relaxed_swizzle (local.get $hi02) (local.get $high)))))
        (local.set $hits1 (v128.and (local.get $hits1) (v128.and
          (i8x16.relaxed_swizzle (local.get $lo12) (local.get $low))
          (i8x16.relaxed_swizzle (local.get $hi12) (local.get $high)))))
        ;; byte 3 of the fingerprint
        (local.set $bytes (v128.load offset=3 (local.get $p)))
        (local.set $low (v128.and (local.get $bytes) (local.get $nibble)))
        (local.set $high (v128.and (i16x8.shr_u (local.get $bytes) (i32.const 4)) (local.get $nibble)))
        (local.set $hits0 (v128.and (local.get $hits0) (v128.and
          (i8x16.relaxed_swizzle (local.get $lo03) (local.get $low))
          (i8x16.relaxed_swizzle (local.get $hi03) (local.get $high)))))
        (local.set $hits1 (v128.and (local.get $hits1) (v128.and
          (i8x16.relaxed_swizzle (local.get $lo13) (local.get $low))
          (i8x16.relaxed_swizzle (local.get $hi13) (local.get $high)))))

        (local.set $any (v128.or (local.get $hits0) (local.get $hits1)))
        (if (v128.any_true (local.get $any))
          (then
            (v128.store offset=256 (local.get $tables) (local.get $hits0))
            (v128.store offset=272 (local.get $tables) (local.get $hits1))
            (local.set $lanes
              (i32.xor
                (i8x16.bitmask (i8x16.eq (local.get $any) (v128.const i64x2 0 0)))
                (i32.const 0xffff)))
            (loop $each_lane
              (local.set $lane (i32.ctz (local.get $lanes)))
              (local.set $lanes (i32.and (local.get $lanes) (i32.sub (local.get $lanes) (i32.const 1))))
              (block $no_fingerprint
                ;; Bit 32 is set in all four, so that letters of either case have one hash.
                (local.set $slot
                  (i32.shr_u
                    (i32.mul
                      (i32.or
                        (i32.load (i32.add (local.get $p) (local.get $lane)))
                        (i32.const 0x20202020))
                      (i32.const 0x9e3779b1))
                    (i32.const 16)))
                (br_if $no_fingerprint
                  (i32.eqz
                    (i32.and
                      (i32.load8_u offset=384
                        (i32.add (local.get $tables) (i32.shr_u (local.get $slot) (i32.const 3))))
                      (i32.shl (i32.const 1) (i32.and (local.get $slot) (i32.const 7))))))
                (local.set $slot (i32.add (local.get $tables) (local.get $lane)))
                (local.set $buckets
                  (i32.or
                    (i32.load8_u offset=256 (local.get $slot))
                    (i32.shl (i32.load8_u offset=272 (local.get $slot)) (i32.const 8))))
                (loop $each_bucket
                  (local.set $bucket
                    (i32.add (local.get $tables) (i32.shl (i32.ctz (local.get $buckets)) (i32.const 2))))
                  (local.set $buckets
                    (i32.and (local.get $buckets) (i32.sub (local.get $buckets) (i32.const 1))))
                  (local.set $entry (i32.load offset=288 (local.get $bucket)))
                  (local.set $last (i32.load offset=292 (local.get $bucket)))
                  (loop $each_entry
                    (local.set $start
                      (i32.sub
                        (i32.add (local.get $p) (local.get $lane))
                        (i32.load offset=32 (local.get $entry))))
                    (if
                      (i8x16.all_true
                        (i8x16.eq
                          (v128.and (v128.load (local.get $start)) (v128.load (local.get $entry)))
                          (v128.load offset=16 (local.get $entry))))
                      (then
                        (if
                          (i32.and
                            (i32.ge_u (local.get $start) (local.get $from))
                            (i32.lt_u (local.get $start) (local.get $to)))
                          (then
                            (if (i32.eq (local.get $count) (local.get $room))
                              (then (return (local.get $room))))
                            ;; Fingerprints stand at different places of their literals: keep the order by moving up.
                            (local.set $slot (local.get $count))
                            (block $placed
                              (loop $up
                                (br_if $placed (i32.eqz (local.get $slot)))
                                (local.set $bucket
                                  (i32.add (local.get $positions) (i32.shl (local.get $slot) (i32.const 2))))
                                (br_if $placed
                                  (i32.le_u
                                    (i32.load (i32.sub (local.get $bucket) (i32.const 4)))
                                    (local.get $start)))
                                (i32.store
                                  (local.get $bucket)
                                  (i32.load (i32.sub (local.get $bucket) (i32.const 4))))
                                (local.set $bucket
                                  (i32.add (local.get $ids) (i32.shl (local.get $slot) (i32.const 1))))
                                (i32.store16
                                  (local.get $bucket)
                                  (i32.load16_u (i32.sub (local.get $bucket) (i32.const 2))))
                                (local.set $slot (i32.sub (local.get $slot) (i32.const 1)))
                                (br $up)))
                            (i32.store
                              (i32.add (local.get $positions) (i32.shl (local.get $slot) (i32.const 2)))
                              (local.get $start))
                            (i32.store16
                              (i32.add (local.get $ids) (i32.shl (local.get $slot) (i32.const 1)))
                              (i32.load offset=36 (local.get $entry)))
                            (local.set $count (i32.add (local.get $count) (i32.const 1)))))))
                    (local.set $entry (i32.add (local.get $entry) (i32.const 48)))
                    (br_if $each_entry (i32.lt_u (local.get $entry) (local.get $last))))
                  (br_if $each_bucket (local.get $buckets))))
              (br_if $each_lane (local.get $lanes)))))
        (local.set $p (i32.add (local.get $p) (i32.const 16)))
        (br $next)))
    (local.get $count))

  ;; The first 16 bytes in [$from, $to), in steps of 16, of which every second byte and no other is NUL: eight
  ;; characters of UTF-16 that are in Latin-1. $to when there are none.
  (func (export "wide")
    (param $from i32) (param $to i32)
    (result i32)
    (local $nuls v128)
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $from) (local.get $to)))
        (local.set $nuls (i8x16.eq (v128.load (local.get $from)) (v128.const i64x2 0 0)))
        (if
          (i32.or
            (i16x8.all_true (i16x8.eq (local.get $nuls) (i16x8.splat (i32.const 0xff00))))
            (i16x8.all_true (i16x8.eq (local.get $nuls) (i16x8.splat (i32.const 0x00ff)))))
          (then (return (local.get $from))))
        (local.set $from (i32.add (local.get $from) (i32.const 16)))
        (br $next)))
    (local.get $to))

  ;; Writes every second byte from $from on to $into, 255 where a byte other than NUL follows. $count is
  ;; rounded up to a multiple of 16.
  (func (export "narrow")
    (param $from i32) (param $count i32) (param $into i32)
    (local $left v128) (local $right v128)
    (block $done
      (loop $next
        (br_if $done (i32.le_s (local.get $count) (i32.const 0)))
        (local.set $left (v128.load (local.get $from)))
        (local.set $right (v128.load offset=16 (local.get $from)))
        (v128.store (local.get $into)
          (v128.or
            (i8x16.shuffle 0 2 4 6 8 10 12 14 16 18 20 22 24 26 28 30 (local.get $left) (local.get $right))
            (i8x16.ne
              (i8x16.shuffle 1 3 5 7 9 11 13 15 17 19 21 23 25 27 29 31 (local.get $left) (local.get $right))
              (v128.const i64x2 0 0))))
        (local.set $from (i32.add (local.get $from) (i32.const 32)))
        (local.set $into (i32.add (local.get $into) (i32.const 16)))
        (local.set $count (i32.sub (local.get $count) (i32.const 16)))
        (br $next)))))
