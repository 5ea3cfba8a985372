package io.reactivemqtt.benchmarks.client;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Phaser;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Many clients in one process, of which most are idle. The others publish twice a second each, at QoS 1 and evenly, so that
 * each message is the only one of its client, as in a gateway of sensors.
 */
final class Fleet {

    private static final int TICK_MILLIS = 1;
    private static final int PERIOD_MILLIS = 500;
    private static final long PATIENCE_SECONDS = 20;
    private static final byte[] PAYLOAD = new byte[64];

    private final Peer peer;
    private final String host;
    private final int port;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    Fleet(Peer peer, String host, int port) {
        this.peer = peer;
        this.host = host;
        this.port = port;
    }

    /**
     * Publishes for so many periods, and before as long to be warm; returns bytes of heap for each, threads, µs of CPU for each message, and from publish to PUBACK p50,
     * p99 and p99.9 in ns.
     */
    String run(int idle, int busy, int periods) throws Exception {
        connected("first").disconnect(); // what is made once
        long heap = Workloads.usedHeap();
        List<BenchmarkClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < idle + busy; i++) {
                clients.add(connected("fleet-" + i));
            }
            long each = (Workloads.usedHeap() - heap) / clients.size();
            int threads = Thread.getAllStackTraces().size();
            List<BenchmarkClient> publishers = new ArrayList<>(clients.subList(0, busy));
            publish(publishers, periods);
            Cost begin = Cost.now();
            long[] nanos = publish(publishers, periods);
            long cpuNanos = Cost.now().since(begin).cpuNanos();
            Arrays.sort(nanos);
            return each + " " + threads + " " + cpuNanos / 1e3 / nanos.length + " " + nanos[nanos.length / 2] + " "
                    + nanos[(int) (nanos.length * 0.99)] + " " + nanos[(int) (nanos.length * 0.999)];
        } finally {
            Reference.reachabilityFence(clients); // they end with the process
        }
    }

    private BenchmarkClient connected(String name) throws Exception {
        BenchmarkClient client = peer.newClient(Way.TCP);
        client.connect(host, port, name);
        return client;
    }

    /** Each publishes once in each period; returns the times until the acknowledgements. */
    private long[] publish(List<BenchmarkClient> publishers, int periods)
            throws InterruptedException, ExecutionException, TimeoutException {
        long[] nanos = new long[publishers.size() * periods];
        Phaser unacknowledged = new Phaser(1);
        int next = 0;
        long tick = System.nanoTime();
        while (next < nanos.length && failure.get() == null) {
            int until = Math.min(nanos.length, next + publishers.size() * TICK_MILLIS / PERIOD_MILLIS);
            for (; next < until; next++) {
                publish((Alone) publishers.get(next % publishers.size()), nanos, next, unacknowledged);
            }
            tick += TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS);
            TimeUnit.NANOSECONDS.sleep(tick - System.nanoTime());
        }
        unacknowledged.awaitAdvanceInterruptibly(unacknowledged.arrive(), PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (failure.get() != null) {
            throw new ExecutionException(failure.get());
        }
        return nanos;
    }

    private void publish(Alone publisher, long[] nanos, int index, Phaser unacknowledged) {
        unacknowledged.register();
        String topic = "sink/meters/" + ThreadLocalRandom.current().nextInt(1_000_000);
        long begin = System.nanoTime();
        publisher.publishAlone(
                topic,
                PAYLOAD,
                () -> {
                    nanos[index] = System.nanoTime() - begin;
                    unacknowledged.arriveAndDeregister();
                },
                cause -> {
                    failure.set(cause);
                    unacknowledged.arriveAndDeregister();
                });
    }
}
