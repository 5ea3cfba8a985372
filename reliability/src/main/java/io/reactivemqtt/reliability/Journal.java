package io.reactivemqtt.reliability;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** A file of numbered messages that only grows and is on the disk when {@link #add} returns. Thread-safe. */
final class Journal {

    private static final int RUN_DIGITS = 7;
    private static final int ID_DIGITS = 11;

    /** Fixed, so that what a kill has cut off is known. */
    private static final int LINE_LENGTH = RUN_DIGITS + 1 + ID_DIGITS + 1;

    private final FileChannel channel;

    /** Fair: a message that is passed by holds back the acknowledgements of all behind it. */
    private final ReentrantLock turns = new ReentrantLock(true);

    /**
     * One line.
     *
     * @param run which process wrote it, counted from 1
     * @param id which message
     */
    record Entry(int run, long id) {}

    private Journal(FileChannel channel) {
        this.channel = channel;
    }

    /** Opens the file behind its last whole line. */
    static Journal open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        channel.position(channel.size() / LINE_LENGTH * LINE_LENGTH);
        return new Journal(channel);
    }

    void add(List<Entry> entries) {
        StringBuilder lines = new StringBuilder();
        entries.forEach(entry -> append(lines, entry));
        turns.lock();
        try {
            ByteBuffer bytes = StandardCharsets.US_ASCII.encode(lines.toString());
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            turns.unlock();
        }
    }

    /** By hand: the first {@link String#format} of a process costs more than all that a short life writes. */
    private static void append(StringBuilder lines, Entry entry) {
        padded(lines, entry.run, RUN_DIGITS).append(' ');
        padded(lines, entry.id, ID_DIGITS).append('\n');
    }

    private static StringBuilder padded(StringBuilder lines, long number, int width) {
        String digits = Long.toString(number);
        return lines.append("0".repeat(width - digits.length())).append(digits);
    }

    /** Returns how many whole lines the file has; a process may write it. */
    static long count(Path file) {
        try {
            return Files.exists(file) ? Files.size(file) / LINE_LENGTH : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the whole lines of the file; a process may write it. */
    static List<Entry> read(Path file) {
        try {
            String text = Files.exists(file) ? Files.readString(file, StandardCharsets.US_ASCII) : "";
            List<Entry> entries = new ArrayList<>();
            for (int start = 0; start + LINE_LENGTH <= text.length(); start += LINE_LENGTH) {
                String line = text.substring(start, start + LINE_LENGTH - 1);
                entries.add(new Entry(
                        Integer.parseInt(line, 0, RUN_DIGITS, 10),
                        Long.parseLong(line, RUN_DIGITS + 1, LINE_LENGTH - 1, 10)));
            }
            return entries;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
