package io.reactivemqtt.reliability.nemesis;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The database, and where there is one its standby, under an address that is always that of the primary. */
final class Cluster implements FailOver.Pair, AutoCloseable {

    private static final int ADDRESS = 2;
    private static final String TABLES = "/io/reactivemqtt/store/r2dbc/postgresql-1.sql";
    private static final String WITNESSES = "witnesses.sql";
    private static final String DISK = "disk";
    private static final int SPARE_KIB = 8;
    private static final int MOST_SPARE_KIB = 1_024;
    private static final String SIZE = "512m";
    private static final long PATIENCE_NANOS = Duration.ofSeconds(30).toNanos();

    private final Network network;
    private final Path directory;
    private final Path stall;
    private final List<Path> disks = new ArrayList<>();
    private Postgres primary;
    private @Nullable Postgres standby;

    private Cluster(Network network, Path directory, Extra extra) throws IOException, InterruptedException {
        this.network = network;
        this.directory = directory;
        this.stall = directory.resolve("stall");
        Map<String, String> environment = extra == Extra.SLOW_DISK
                ? Preload.SLOW_DISK.environment(Preload.SLOW_DISK.compile(directory), stall)
                : Map.of();
        // in mqtt_append, which forbids reading whole tables, what the witness reads looks so dear that it would be
        // compiled each time
        List<String> options = new ArrayList<>(List.of("max_connections=300", "shared_buffers=32MB", "jit=off"));
        if (extra == Extra.SMALL_DISK) {
            options.addAll(List.of("min_wal_size=2MB", "max_wal_size=4MB"));
        }
        if (extra == Extra.STANDBY) {
            options.addAll(List.of("synchronous_standby_names=*", "wal_keep_size=64MB"));
        }
        this.primary = new Postgres(network, "db-1", diskOf("db-1"), environment, options);
        this.standby =
                extra == Extra.STANDBY ? new Postgres(network, "db-2", diskOf("db-2"), environment, options) : null;
    }

    /** Starts it, with the tables of the store, that of the handlers, and what writes down who appends. */
    static Cluster start(Network network, Path directory, Extra extra) throws IOException, InterruptedException {
        network.add("db-1", 21);
        network.add("db-2", 22);
        network.give(ADDRESS, "db-1");
        Cluster cluster = new Cluster(network, directory, extra);
        cluster.begin();
        return cluster;
    }

    /** In memory: what is killed here are processes, and a disk that others use too would tell of them. */
    private Path diskOf(String machine) throws IOException, InterruptedException {
        Path folder = Files.createDirectories(directory.resolve(machine)).resolve(DISK);
        Files.createDirectories(folder);
        Programs.run(List.of("mount", "-t", "tmpfs", "-o", "size=" + SIZE, "tmpfs", folder.toString()));
        disks.add(folder);
        Programs.run(List.of("chown", "postgres", folder.toString()));
        return folder;
    }

    private void begin() throws IOException, InterruptedException {
        primary.initialize();
        primary.start();
        primary.awaitReady();
        if (standby != null) {
            follow(standby);
        }
        sql(resource(TABLES));
        sql(resource(WITNESSES));
    }

    private static String resource(String name) throws IOException {
        try (InputStream words = Objects.requireNonNull(Cluster.class.getResourceAsStream(name), name)) {
            return new String(words.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Has the primary do something. */
    String sql(String statements) throws IOException, InterruptedException {
        List<String> command =
                List.of("psql", "-q", "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", address(), "-U", "postgres");
        return Programs.run(command, statements);
    }

    String address() {
        return network.address(ADDRESS);
    }

    /** Has all reads and writes of the disk that wait for it wait for so long, or not at all. */
    void stall(Duration time) throws IOException {
        if (time.isZero()) {
            Files.deleteIfExists(stall);
        } else {
            Path next = directory.resolve("stall.next"); // it is read at any time, so it is never half written
            Files.writeString(next, time.toMillis() + "\n");
            Files.move(next, stall);
        }
    }

    /** Leaves no room on the disk. */
    void fill() throws IOException, InterruptedException {
        IOException moreIsUsed = new IOException("the disk cannot be filled");
        for (int spare = 0; spare < MOST_SPARE_KIB; spare += SPARE_KIB) {
            try {
                remount(usedKib() + spare + "k");
                return;
            } catch (IOException failure) {
                moreIsUsed = failure;
            }
        }
        throw moreIsUsed;
    }

    private long usedKib() throws IOException, InterruptedException {
        String said = Programs.run(List.of("df", "--output=used", "-B1K", disk().toString()), "");
        return Long.parseLong(said.lines().skip(1).findFirst().orElseThrow().strip());
    }

    /** Makes room again, and starts the database if it has given up. */
    void free() throws IOException, InterruptedException {
        remount(SIZE);
        restart();
    }

    private void remount(String size) throws IOException, InterruptedException {
        Programs.run(List.of("mount", "-o", "remount,size=" + size, disk().toString()));
    }

    private Path disk() {
        return directory.resolve(primary.machine()).resolve(DISK);
    }

    /** Starts the primary if it does not run, and waits until it takes connections. */
    void restart() throws IOException, InterruptedException {
        primary.start();
        primary.awaitReady();
    }

    @Override
    public void killPrimary() {
        primary.kill();
    }

    @Override
    public void failOver() throws IOException, InterruptedException {
        Postgres next = Objects.requireNonNull(standby);
        next.promote();
        network.move(ADDRESS, primary.machine(), next.machine());
        standby = primary;
        primary = next;
    }

    @Override
    public void rebuildStandby() throws IOException, InterruptedException {
        follow(Objects.requireNonNull(standby));
    }

    private void follow(Postgres next) throws IOException, InterruptedException {
        next.follow(network.address(primary.machine()));
        next.start();
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!sql("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync' AND state = 'streaming'")
                .contains("1")) {
            if (System.nanoTime() > end) {
                throw new IOException("the standby does not follow: see " + next.log());
            }
        }
    }

    /** Returns how often the database has said something. */
    long said(String words) throws IOException {
        try (var lines = Files.lines(primary.log(), StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.contains(words)).count();
        }
    }

    @Override
    public void close() throws IOException {
        primary.close();
        if (standby != null) {
            standby.close();
        }
        try {
            for (Path disk : disks) {
                Programs.run(List.of("umount", disk.toString()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
