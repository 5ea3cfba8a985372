package io.reactivemqtt.reliability.powercut;

import io.reactivemqtt.reliability.powercut.Operation.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A directory on a disk that keeps only what POSIX promises: what a file had when it was flushed, and the names that the directory had
 * when <em>it</em> was flushed. Every other change may be there after a power cut or not, whatever came before or after it.
 */
final class Disk {

    /** How a file has grown that was written behind its end, where what was written there is lost. */
    enum Growth {
        NONE,
        ZEROS,
        /** What had lain on the disk before. */
        GARBAGE
    }

    private static final class DiskFile {
        private final Content durable;

        DiskFile(Content durable) {
            this.durable = durable;
        }
    }

    /** One that no flush has covered; {@code file} is what it writes to, or what has got the name, if anything has. */
    private record Pending(Operation operation, @Nullable DiskFile file) {

        private boolean isOfName() {
            return operation.is(Kind.CREATE) || operation.is(Kind.UNLINK);
        }
    }

    private final Map<String, DiskFile> now = new HashMap<>();
    private final Map<String, DiskFile> durable = new HashMap<>();
    private final List<Pending> pending = new ArrayList<>();

    /** Makes one on which {@code files} lie. */
    static Disk of(Map<String, byte[]> files) {
        Disk disk = new Disk();
        files.forEach((name, bytes) -> disk.durable.put(name, new DiskFile(Content.of(bytes))));
        disk.now.putAll(disk.durable);
        return disk;
    }

    void apply(Operation operation) {
        switch (operation.kind()) {
            case CREATE -> {
                DiskFile made = new DiskFile(new Content());
                now.put(operation.name(), made);
                pending.add(new Pending(operation, made));
            }
            case UNLINK -> {
                now.remove(operation.name());
                pending.add(new Pending(operation, null));
            }
            case WRITE, TRUNCATE -> pending.add(new Pending(operation, file(operation.name())));
            case SYNC -> {
                if (operation.name().isEmpty()) {
                    syncNames();
                } else {
                    sync(file(operation.name()));
                }
            }
        }
    }

    private DiskFile file(String name) {
        DiskFile file = now.get(name);
        if (file == null) {
            throw new IllegalStateException("nobody has seen the file " + name + " being made");
        }
        return file;
    }

    private void sync(DiskFile file) {
        pending.removeIf(change -> {
            boolean flushed = change.file == file && !change.isOfName();
            if (flushed) {
                Fate.THERE.apply(change.operation, file.durable);
            }
            return flushed;
        });
    }

    private void syncNames() {
        pending.removeIf(change -> {
            if (change.isOfName()) {
                name(change, durable);
            }
            return change.isOfName();
        });
    }

    private static void name(Pending change, Map<String, DiskFile> names) {
        if (change.file == null) {
            names.remove(change.operation.name());
        } else {
            names.put(change.operation.name(), change.file);
        }
    }

    /** Returns how many changes no flush has covered: that many fates decide about a cut. */
    int unflushed() {
        return pending.size();
    }

    /**
     * Returns what lies on the disk after a cut now.
     *
     * @param fates of the changes that no flush has covered, in their order
     */
    World cut(List<Fate> fates, Growth growth) {
        Map<String, DiskFile> names = new TreeMap<>(durable);
        for (int i = 0; i < pending.size(); i++) {
            if (pending.get(i).isOfName() && fates.get(i).what() != Fate.What.LOST) {
                name(pending.get(i), names);
            }
        }
        Map<String, byte[]> files = new TreeMap<>();
        names.forEach((name, file) -> files.put(name, content(file, fates, growth)));
        return new World(files);
    }

    private byte[] content(DiskFile file, List<Fate> fates, Growth growth) {
        Content content = file.durable.copy();
        if (growth != Growth.NONE) {
            grow(content, file, growth);
        }
        for (int i = 0; i < pending.size(); i++) {
            if (pending.get(i).file == file && !pending.get(i).isOfName()) {
                fates.get(i).apply(pending.get(i).operation, content);
            }
        }
        return content.toBytes();
    }

    private void grow(Content content, DiskFile file, Growth growth) {
        int size = pending.stream()
                .filter(change -> change.file == file && change.operation.is(Kind.WRITE))
                .mapToInt(change -> change.operation.end())
                .max()
                .orElse(0);
        int before = content.size();
        if (size > before) {
            byte[] tail = new byte[size - before];
            if (growth == Growth.GARBAGE) {
                new Random(size).nextBytes(tail);
            }
            content.write(before, tail, 0, tail.length);
        }
    }
}
