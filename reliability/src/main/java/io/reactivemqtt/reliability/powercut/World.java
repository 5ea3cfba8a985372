package io.reactivemqtt.reliability.powercut;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * What lies on a disk after a power cut.
 *
 * @param files by their names
 */
record World(Map<String, byte[]> files) {

    /** Returns what tells it from all other worlds of a run. */
    String fingerprint() {
        CRC32 one = new CRC32();
        CRC32C other = new CRC32C();
        StringBuilder words = new StringBuilder();
        files.forEach((name, bytes) -> {
            one.update(bytes);
            other.update(bytes);
            words.append(name).append(bytes.length).append(':');
        });
        return words.toString() + one.getValue() + ':' + other.getValue();
    }

    /** Writes it into a directory that is there and empty. */
    void writeTo(Path directory) throws IOException {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Files.write(directory.resolve(file.getKey()), file.getValue());
        }
    }

    /** Reads what lies in a directory now, but what is memory. */
    static World of(Path directory) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> paths = Files.list(directory)) {
            for (Path path : paths.toList()) {
                String name = path.getFileName().toString();
                if (!name.endsWith("-shm") && !name.equals(Told.FILE)) {
                    files.put(name, Files.readAllBytes(path));
                }
            }
        }
        return new World(files);
    }
}
