package io.reactivemqtt.reliability.powercut;

import static java.util.stream.Collectors.joining;

import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.StoredChange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * What a process says about its changes: lines of a file beside those of the store, so that they stand in one order with what the store
 * does to the disk. A line is one write.
 */
final class Told implements AutoCloseable {

    static final String FILE = "told";

    private static final String HANDED_IN = "handed-in";
    private static final String STORED = "stored";
    private static final String ACCEPTED = "accepted";

    private final FileChannel file;

    Told(Path directory) throws IOException {
        this.file = FileChannel.open(
                directory.resolve(FILE),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.APPEND);
    }

    /** Says it before the store hears of them. */
    void handedIn(String client, List<SessionChange> changes) {
        say(HANDED_IN
                + ' '
                + client
                + ' '
                + changes.stream()
                        .map(change -> Base64.getEncoder().encodeToString(StoredChange.toBytes(change)))
                        .collect(joining(",")));
    }

    /** Says that the store has called the oldest of those that were handed in durable, before anybody else hears that. */
    void stored(String client) {
        say(STORED + ' ' + client);
    }

    /** Says that the client has called a message stored. */
    void accepted(String client, long sequence) {
        say(ACCEPTED + ' ' + client + ' ' + sequence);
    }

    private synchronized void say(String line) {
        ByteBuffer bytes = ByteBuffer.wrap((line + '\n').getBytes(StandardCharsets.US_ASCII));
        try {
            file.write(bytes);
            if (bytes.hasRemaining()) {
                throw new IOException("the line was cut");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /** Who wants to know what was said. */
    interface Listener {
        /** The changes were handed in. */
        void handedIn(String client, List<SessionChange> changes);

        /** The oldest of those that were handed in are durable. */
        void stored(String client);

        /** The message with this sequence is durable. */
        void accepted(String client, long sequence);
    }

    /** Tells a listener what a line said. */
    static void hear(byte[] line, Listener listener) {
        String[] words = new String(line, StandardCharsets.US_ASCII).strip().split(" ", -1);
        switch (words[0]) {
            case HANDED_IN ->
                listener.handedIn(
                        words[1],
                        Arrays.stream(words[2].split(",", -1))
                                .map(word -> StoredChange.fromBytes(
                                        Base64.getDecoder().decode(word)))
                                .toList());
            case STORED -> listener.stored(words[1]);
            case ACCEPTED -> listener.accepted(words[1], Long.parseLong(words[2]));
            default -> throw new IllegalArgumentException(words[0]);
        }
    }
}
