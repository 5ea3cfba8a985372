package io.reactivemqtt.samples.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Numbers in a file, one a line, each of them on the disk before anything else happens: what really was done. */
final class Ledger implements AutoCloseable {

    private final FileChannel file;
    private final Set<Integer> numbers;

    private Ledger(FileChannel file, List<Integer> numbers) {
        this.file = file;
        this.numbers = new HashSet<>(numbers);
    }

    static Ledger at(Path path) throws IOException {
        List<Integer> numbers = read(path);
        return new Ledger(FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND), numbers);
    }

    /** Returns the numbers of whole lines. */
    static List<Integer> read(Path path) throws IOException {
        if (!Files.exists(path)) {
            return List.of();
        }
        String text = Files.readString(path);
        return text.substring(0, text.lastIndexOf('\n') + 1)
                .lines()
                .map(Integer::valueOf)
                .toList();
    }

    synchronized void write(String number) {
        try {
            file.write(ByteBuffer.wrap((number + "\n").getBytes(StandardCharsets.UTF_8)));
            file.force(false);
            numbers.add(Integer.valueOf(number));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    synchronized boolean containsAll(Ledger other) {
        return numbers.containsAll(other.numbers);
    }

    /** Returns the highest number, or 0. */
    synchronized int highest() {
        return numbers.stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
