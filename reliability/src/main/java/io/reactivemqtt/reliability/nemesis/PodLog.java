package io.reactivemqtt.reliability.nemesis;

import io.reactivemqtt.Qos;
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
import java.util.Locale;

/**
 * What a pod has done, one line each. Machines do not fail here, processes do: so a line that was written is there, without a flush of
 * the disk. Thread-safe.
 */
final class PodLog {

    private static final String ACCEPTED = "accepted";
    private static final String REFUSED = "refused";

    private final FileChannel channel;

    /**
     * A message that an owner was told is safe.
     *
     * @param owner which owner of the Session, counted from 1
     * @param qos of its topic
     * @param id its number
     */
    record Accepted(int owner, Qos qos, long id) {}

    private PodLog(FileChannel channel) {
        this.channel = channel;
    }

    static PodLog open(Path file) throws IOException {
        return new PodLog(
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND));
    }

    void accepted(int owner, Qos qos, long id) {
        write(ACCEPTED + " " + owner + " " + qos.level() + " " + id);
    }

    /** The store says that somebody else owns the Session now; the database counts it too. */
    void refused(int owner, Qos qos, long id) {
        write(REFUSED + " " + owner + " " + qos.level() + " " + id);
    }

    /** What helps to find a cause; checked by nobody. */
    void event(int owner, String words) {
        write("event " + owner + " " + System.nanoTime() / 1_000_000 + " " + words.replace('\n', ' '));
    }

    private synchronized void write(String line) {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(line + "\n");
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns what owners were told is safe. */
    static List<Accepted> accepted(Path file) throws IOException {
        List<Accepted> accepted = new ArrayList<>();
        for (String line : lines(file)) {
            String[] words = line.split(" ", -1);
            if (words[0].equals(ACCEPTED)) {
                accepted.add(new Accepted(
                        Integer.parseInt(words[1]),
                        words[2].equals("2") ? Qos.EXACTLY_ONCE : Qos.AT_LEAST_ONCE,
                        Long.parseLong(words[3])));
            }
        }
        return accepted;
    }

    /** A kill may have cut off the last line. */
    private static List<String> lines(Path file) throws IOException {
        String text = Files.exists(file) ? Files.readString(file) : "";
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }

    /** A word for command lines, of a constant. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
