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

/** A file of numbered messages that only grows and is on the disk when {@link #add} returns. Thread-safe. */
final class Journal {

    /** Fixed, so that what a kill has cut off is known. */
    private static final int LINE_LENGTH = 20;

    private final FileChannel channel;

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

    synchronized void add(List<Entry> entries) {
        StringBuilder lines = new StringBuilder();
        entries.forEach(entry -> lines.append(String.format("%07d %011d\n", entry.run, entry.id)));
        try {
            ByteBuffer bytes = StandardCharsets.US_ASCII.encode(lines.toString());
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
                entries.add(new Entry(Integer.parseInt(line, 0, 7, 10), Long.parseLong(line, 8, LINE_LENGTH - 1, 10)));
            }
            return entries;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
