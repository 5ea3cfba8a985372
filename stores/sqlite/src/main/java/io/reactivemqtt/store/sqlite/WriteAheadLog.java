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
 */
final class WriteAheadLog {

    private static final int HEADER = 32;
    private static final int FRAME_HEADER = 24;
    private static final int LITTLE_ENDIAN_SUMS = 0x377F_0682;
    private static final int BIG_ENDIAN_SUMS = 0x377F_0683;
    private static final int SMALLEST_PAGE = 512;
    private static final int LARGEST_PAGE = 65_536;

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
                return pageSize == 0 ? file.size() > HEADER : endsFrom(0, likelySalts()) >= 2;
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
                    sum1 = before1;
                    sum2 = before2;
                    return endsFrom(number, salts) >= 2;
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

        /** Returns how many transactions end in the frames from {@code number} on, as far as these are of this log. */
        private int endsFrom(long number, long salts) throws IOException {
            int ends = 0;
            ByteBuffer frame = ByteBuffer.allocate(FRAME_HEADER);
            for (long at = number; read(frame, offset(at)); at++) {
                boolean isFirst = at == number;
                if ((isFirst || frame.getLong(8) == salts) && frame.getInt(4) != 0) {
                    ends++;
                }
            }
            return ends;
        }

        private boolean isWhole(ByteBuffer frame, long salts) {
            if (frame.getLong(8) != salts || frame.getInt(0) == 0) {
                return false;
            }
            sum(frame, 0, 8);
            sum(frame, FRAME_HEADER, pageSize);
            return frame.getInt(16) == sum1 && frame.getInt(20) == sum2;
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
