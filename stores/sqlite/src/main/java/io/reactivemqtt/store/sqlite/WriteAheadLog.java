package io.reactivemqtt.store.sqlite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * SQLite's log, the file {@code -wal}, looked at from outside: SQLite ends it in silence at the first frame that is not as it was
 * written, whatever comes behind. That is right for what a power failure cut short, and wrong for a log that was damaged.
 *
 * <p>Both can be told apart when two transactions or more end behind that frame, for at most one was not yet on the disk. The
 * rest cannot: a log whose last transaction is damaged, or that has lost its tail, is one whose last transaction never was.
 *
 * <p>A disk writes what was not flushed in any order, in whole sectors, and over what had lain there: frames of an earlier time of the
 * log, which have other salts, or anything. So an end counts only where it is whole, or cannot be of another time.
 */
final class WriteAheadLog {

    private static final int HEADER = 32;
    private static final int FRAME_HEADER = 24;
    private static final int LITTLE_ENDIAN_SUMS = 0x377F_0682;
    private static final int BIG_ENDIAN_SUMS = 0x377F_0683;
    private static final int SMALLEST_PAGE = 512;
    private static final int LARGEST_PAGE = 65_536;

    /** The smallest that a disk writes whole. */
    private static final int SECTOR = 512;

    /** Where the salts begin in the header of a frame; before them stands whether a transaction ends there. */
    private static final int SALTS = 8;

    /** Another process may write, or begin the log anew, while we read. */
    private static final int ATTEMPTS = 3;

    private WriteAheadLog() {}

    /** Tells whether SQLite would drop transactions of {@code log} that were on the disk. Reads; changes nothing. */
    static boolean isDamaged(Path log) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try (FileChannel file = FileChannel.open(log, StandardOpenOption.READ)) {
                if (!new Walk(file).hidesTransactions()) {
                    return false;
                }
            } catch (NoSuchFileException none) {
                return false;
            }
        }
        return true;
    }

    private static final class Walk {
        private final FileChannel file;
        private final ByteBuffer header = ByteBuffer.allocate(HEADER);
        private int pageSize;
        private boolean bigEndianSums;
        private int sum1;
        private int sum2;

        Walk(FileChannel file) {
            this.file = file;
        }

        boolean hidesTransactions() throws IOException {
            if (!read(header, 0)) {
                return false; // nothing was ever committed to so short a log
            }
            long salts = header.getLong(16);
            if (!isHeaderWhole()) {
                pageSize = likelyPageSize();
                return pageSize == 0 ? file.size() > HEADER : likelyEnds(likelySalts()) >= 2;
            }
            long frames = (file.size() - HEADER) / (FRAME_HEADER + pageSize);
            ByteBuffer frame = ByteBuffer.allocate(FRAME_HEADER + pageSize);
            for (long number = 0; number < frames; number++) {
                if (!read(frame, offset(number))) {
                    return false;
                }
                int before1 = sum1;
                int before2 = sum2;
                if (!isWhole(frame, salts)) {
                    sumOf(frame, before1, before2);
                    return endsFrom(number, frame, salts) >= 2;
                }
            }
            return false;
        }

        private boolean isHeaderWhole() {
            int magic = header.getInt(0);
            pageSize = header.getInt(8);
            bigEndianSums = magic == BIG_ENDIAN_SUMS;
            sum(header, 0, 24);
            return (magic == LITTLE_ENDIAN_SUMS || magic == BIG_ENDIAN_SUMS)
                    && isPageSize(pageSize)
                    && header.getInt(24) == sum1
                    && header.getInt(28) == sum2;
        }

        private static boolean isPageSize(int size) {
            return size >= SMALLEST_PAGE && size <= LARGEST_PAGE && Integer.bitCount(size) == 1;
        }

        /** Returns the distance of the first two frames, which tell by their salts; 0 if there is no second. */
        private int likelyPageSize() throws IOException {
            ByteBuffer first = ByteBuffer.allocate(FRAME_HEADER);
            ByteBuffer second = ByteBuffer.allocate(FRAME_HEADER);
            if (read(first, HEADER)) {
                for (int size = SMALLEST_PAGE; size <= LARGEST_PAGE; size *= 2) {
                    if (read(second, HEADER + FRAME_HEADER + (long) size) && first.getLong(8) == second.getLong(8)) {
                        return size;
                    }
                }
            }
            return 0;
        }

        private long likelySalts() throws IOException {
            ByteBuffer first = ByteBuffer.allocate(FRAME_HEADER);
            return read(first, HEADER) ? first.getLong(8) : 0;
        }

        /** Returns how many transactions end, by the headers of the frames alone: without the log's there is no sum to begin with. */
        private int likelyEnds(long salts) throws IOException {
            int ends = 0;
            ByteBuffer frame = ByteBuffer.allocate(FRAME_HEADER);
            for (long at = 0; read(frame, offset(at)); at++) {
                if ((at == 0 || frame.getLong(SALTS) == salts) && frame.getInt(4) != 0) {
                    ends++;
                }
            }
            return ends;
        }

        /** Returns how many transactions end in the frames from {@code number} on; {@code broken} is that one, and summed up. */
        private int endsFrom(long number, ByteBuffer broken, long salts) throws IOException {
            int ends = isEndOfThisTime(number, broken, salts) ? 1 : 0;
            int before1 = broken.getInt(16);
            int before2 = broken.getInt(20);
            boolean follows = continuesFrom(number, salts); // where only the sum of the broken one is broken
            ByteBuffer frame = ByteBuffer.allocate(FRAME_HEADER + pageSize);
            for (long at = number + 1; ends < 2 && read(frame, offset(at)); at++) {
                if (frame.getLong(SALTS) == salts && frame.getInt(4) != 0) {
                    sumOf(frame, before1, before2);
                    boolean isWhole = frame.getInt(16) == sum1 && frame.getInt(20) == sum2;
                    if (isWhole || (follows && at == number + 1)) {
                        ends++;
                    }
                }
                before1 = frame.getInt(16);
                before2 = frame.getInt(20);
            }
            return ends;
        }

        /** Tells whether the frame behind {@code number} goes on from what that one's content sums up to. */
        private boolean continuesFrom(long number, long salts) throws IOException {
            ByteBuffer next = ByteBuffer.allocate(FRAME_HEADER + pageSize);
            if (!read(next, offset(number + 1))) {
                return false;
            }
            sumOf(next, sum1, sum2);
            return next.getLong(SALTS) == salts && next.getInt(16) == sum1 && next.getInt(20) == sum2;
        }

        /**
         * Tells whether a transaction of this time of the log ends in a frame that is not whole. Damage to the salts seldom hits both;
         * where another sector begins with them, what stands before them may be of another time.
         */
        private boolean isEndOfThisTime(long number, ByteBuffer frame, long salts) {
            boolean isOfThisTime =
                    frame.getInt(SALTS) == (int) (salts >>> 32) || frame.getInt(SALTS + 4) == (int) salts;
            return isOfThisTime && frame.getInt(4) != 0 && (offset(number) + SALTS) % SECTOR != 0;
        }

        private boolean isWhole(ByteBuffer frame, long salts) {
            if (frame.getLong(SALTS) != salts || frame.getInt(0) == 0) {
                return false;
            }
            sumOf(frame, sum1, sum2);
            return frame.getInt(16) == sum1 && frame.getInt(20) == sum2;
        }

        /** Goes on from the sum of the frame before. */
        private void sumOf(ByteBuffer frame, int before1, int before2) {
            sum1 = before1;
            sum2 = before2;
            sum(frame, 0, SALTS);
            sum(frame, FRAME_HEADER, pageSize);
        }

        private void sum(ByteBuffer bytes, int from, int length) {
            bytes.order(bigEndianSums ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
            for (int at = from; at < from + length; at += 8) {
                sum1 += bytes.getInt(at) + sum2;
                sum2 += bytes.getInt(at + 4) + sum1;
            }
            bytes.order(ByteOrder.BIG_ENDIAN);
        }

        private long offset(long number) {
            return HEADER + number * (FRAME_HEADER + pageSize);
        }

        private boolean read(ByteBuffer target, long from) throws IOException {
            target.clear();
            while (target.hasRemaining()) {
                if (file.read(target, from + target.position()) < 0) {
                    return false;
                }
            }
            return true;
        }
    }
}
