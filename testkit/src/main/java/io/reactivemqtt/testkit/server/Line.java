package io.reactivemqtt.testkit.server;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.TimeUnit;

/** One direction of the network of a {@link FaultProxy}, for all connections, and what is wrong with it. Thread-safe. */
final class Line {

    private static final long NEVER = Long.MAX_VALUE;
    private static final int TICKS_OF_A_SECOND = 100;

    /** How bytes end. */
    enum End {
        /** Connections are reset. */
        RESET,
        /** The receiver sees the end of the stream, as after an orderly close. */
        FINISH
    }

    private long passed;
    private long untilEnd = NEVER;
    private End end = End.RESET;
    private long untilFlip = NEVER;
    private int segment = Integer.MAX_VALUE;
    private long bytesPerSecond = NEVER;
    private boolean stalled;
    private boolean swallowing;

    // ---- what is wrong

    synchronized void endAfter(long bytes, End how) {
        untilEnd = bytes;
        end = how;
    }

    synchronized void flipAfter(long bytes) {
        untilFlip = bytes;
    }

    synchronized void segments(int bytes) {
        segment = bytes;
    }

    synchronized void throttle(long bytes) {
        bytesPerSecond = bytes;
    }

    synchronized void stall(boolean stall) {
        stalled = stall;
        notifyAll();
    }

    synchronized void swallow(boolean swallow) {
        swallowing = swallow;
    }

    synchronized long passed() {
        return passed;
    }

    /** Returns how the last end was. */
    synchronized End end() {
        return end;
    }

    // ---- what passes

    /** Passes {@code bytes} on; false where they end. */
    boolean pass(ByteBuffer bytes, WritableByteChannel to) throws IOException {
        while (bytes.hasRemaining()) {
            int count = await(bytes.remaining());
            ByteBuffer part = bytes.slice(bytes.position(), count);
            bytes.position(bytes.position() + count);
            if (!spoil(part)) {
                while (part.hasRemaining()) {
                    to.write(part);
                }
            }
            if (isAtEnd(count)) {
                return false;
            }
        }
        return true;
    }

    /** Waits until something may pass, and returns how much of {@code count} bytes. */
    private int await(int count) throws InterruptedIOException {
        try {
            int now = whenFlowing(count);
            TimeUnit.MILLISECONDS.sleep(millisOf(now));
            return now;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private synchronized int whenFlowing(int count) throws InterruptedException {
        while (stalled) {
            wait();
        }
        long now = Math.min(Math.min(count, segment), untilEnd);
        return (int) Math.min(now, Math.max(1, bytesPerSecond / TICKS_OF_A_SECOND));
    }

    private synchronized long millisOf(int bytes) {
        return bytesPerSecond == NEVER ? 0 : Math.max(1, bytes * 1_000L / bytesPerSecond);
    }

    /** Flips a bit of {@code part} if it is its turn; true if {@code part} vanishes. */
    private synchronized boolean spoil(ByteBuffer part) {
        if (untilFlip < part.remaining()) {
            int index = (int) untilFlip;
            part.put(index, (byte) (part.get(index) ^ 1));
            untilFlip = NEVER;
        } else if (untilFlip != NEVER) {
            untilFlip -= part.remaining();
        }
        return swallowing;
    }

    private synchronized boolean isAtEnd(int count) {
        passed += count;
        if (untilEnd == NEVER) {
            return false;
        }
        untilEnd -= count;
        if (untilEnd > 0) {
            return false;
        }
        untilEnd = NEVER;
        return true;
    }
}
