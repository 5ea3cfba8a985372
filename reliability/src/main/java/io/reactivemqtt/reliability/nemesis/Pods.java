package io.reactivemqtt.reliability.nemesis;

import io.reactivemqtt.Qos;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Three pods that want the same Session, one after the other. The last that was told to own it should be its owner; an earlier one that
 * was cut off may take it back when it opens the store again, and then the later one has to stop.
 */
final class Pods implements AutoCloseable {

    static final List<String> MACHINES = List.of("pod-a", "pod-b", "pod-c");

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(10);

    private final Network network;
    private final URI server;
    private final String database;
    private final String redis;
    private final Handling handling;
    private final Path directory;
    private final @Nullable Path wrongClock;
    private final Map<String, PodProcess> processes = new LinkedHashMap<>();

    /** The owners that neither have stopped nor were killed, in the order in which they were told. */
    private final List<Owning> owners = new ArrayList<>();

    private int told;
    private int takenBack;

    /**
     * An ownership.
     *
     * @param number of it, counted from 1
     * @param pod where
     */
    record Owning(int number, PodProcess pod) {}

    Pods(
            Network network,
            URI server,
            String database,
            String redis,
            Handling handling,
            Path directory,
            @Nullable Path wrongClock) {
        this.network = network;
        this.server = server;
        this.database = database;
        this.redis = redis;
        this.handling = handling;
        this.directory = directory;
        this.wrongClock = wrongClock;
    }

    /** Starts all; none owns anything. */
    void start() throws IOException {
        for (String machine : MACHINES) {
            start(machine);
        }
    }

    private void start(String machine) throws IOException {
        jump(machine, Duration.ZERO);
        Map<String, String> environment =
                wrongClock == null ? Map.of() : Preload.WRONG_CLOCK.environment(wrongClock, clock(machine));
        PodOrder order = new PodOrder(machine, server, database, redis, handling, log(machine));
        processes.put(
                machine,
                PodProcess.start(network, machine, order, environment, directory.resolve(machine + ".errors")));
    }

    Path log(String machine) {
        return directory.resolve(machine + ".log");
    }

    private Path clock(String machine) {
        return directory.resolve(machine + ".clock");
    }

    /** Sets how far a pod's wall clock is from the right time. */
    void jump(String machine, Duration offset) throws IOException {
        ByteBuffer seconds = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(offset.toSeconds())
                .flip();
        try (FileChannel file = FileChannel.open(clock(machine), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.write(seconds, 0); // in place: the pod has it mapped
        }
    }

    /** Returns the pod that owns the Session, as far as the harness knows. */
    PodProcess owner() {
        return owners.get(owners.size() - 1).pod;
    }

    /** Tells another pod to own the Session from now on, and does not wait for it. */
    void move() throws IOException, InterruptedException {
        List<PodProcess> busy = owners.stream().map(Owning::pod).toList();
        PodProcess next = processes.values().stream()
                .filter(pod -> !busy.contains(pod))
                .findFirst()
                .orElseThrow(() -> new IOException("no pod stands by"));
        if (!next.await(PodWords.READY)) {
            throw new IOException(next.machine() + " does not start: see " + directory);
        }
        processes.remove(next.machine()); // to the end: the pods take turns
        processes.put(next.machine(), next);
        told++;
        owners.add(new Owning(told, next));
        next.tell(PodWords.OWN + " " + told);
    }

    /** Kills the owner, and starts its process again, which owns nothing. */
    void killOwner() throws IOException {
        PodProcess killed = owner();
        killed.kill();
        owners.removeIf(owning -> owning.pod == killed);
        start(killed.machine());
    }

    /**
     * Waits until there is one owner and no more, and that one is connected.
     *
     * @return what is not as it should be; empty if all is well
     */
    List<String> settle() throws IOException, InterruptedException {
        Owning last = owners.get(owners.size() - 1);
        List<String> complaints = new ArrayList<>();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (owners.size() > 1 || (owners.size() == 1 && !owns(owners.get(0)))) {
            if (System.nanoTime() > end) {
                complaints.add("there should be one owner, but these go on: "
                        + owners.stream().map(Owning::number).toList());
                break;
            }
            removeStopped();
        }
        if (owners.isEmpty()) {
            complaints.add("nobody owns the Session: all have stopped, the last was owner " + last.number);
            move();
        } else if (owners.stream().noneMatch(owning -> owning.number == last.number)) {
            takenBack++;
        }
        return complaints;
    }

    private void removeStopped() throws InterruptedException {
        for (Owning owning : List.copyOf(owners)) {
            if (owning.pod.await(PodWords.STOPPED + " " + owning.number, POLL)) {
                owners.remove(owning);
            }
        }
    }

    /** Waits until the last that was told is connected. */
    void awaitOwner() throws IOException, InterruptedException {
        Owning last = owners.get(owners.size() - 1);
        if (!last.pod.await(PodWords.OWNS + " " + last.number)) {
            throw new IOException("owner " + last.number + " does not connect: see " + directory);
        }
    }

    /** Waits until the Server has granted what the last that was told subscribes to. */
    void awaitSubscribed() throws IOException, InterruptedException {
        Owning last = owners.get(owners.size() - 1);
        for (Qos qos : Topics.LEVELS) {
            if (!last.pod.await(PodWords.subscribed(last.number, qos))) {
                throw new IOException("owner " + last.number + " does not subscribe: see " + directory);
            }
        }
    }

    private static boolean owns(Owning owning) throws InterruptedException {
        return owning.pod.await(PodWords.OWNS + " " + owning.number, POLL);
    }

    /** Tells the owner to send nothing new. */
    void rest() throws IOException {
        owner().tell(PodWords.REST);
    }

    /** Returns how many owners there were. */
    int told() {
        return told;
    }

    /** Returns how often an earlier owner has opened the store again, and the later one had to go. */
    int takenBack() {
        return takenBack;
    }

    @Override
    public void close() {
        processes.values().forEach(PodProcess::close);
    }
}
