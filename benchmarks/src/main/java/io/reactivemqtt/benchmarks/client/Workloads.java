package io.reactivemqtt.benchmarks.client;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** What one client is made to do, and what it costs. The Server is a sink, unless another is named. */
final class Workloads {

    private static final String FENCE = "fence";
    private static final byte[] NO_PAYLOAD = {};
    private static final long LOOK_MILLIS = 50;
    private static final int LOOKS_OF_PATIENCE = 40;

    private final Peer peer;
    private final Way way;
    private final String host;
    private final int port;

    Workloads(Peer peer, Way way, String host, int port) {
        this.peer = peer;
        this.way = way;
        this.host = host;
        this.port = port;
    }

    private BenchmarkClient connected(int toPort) throws Exception {
        BenchmarkClient client = peer.newClient(way);
        client.connect(host, toPort, newName());
        return client;
    }

    private static String newName() {
        return "b" + UUID.randomUUID().toString().substring(0, 13);
    }

    /** Publishes; ends when the Server has all of it. */
    Outcome publish(int qos, int bytes, int count) throws Exception {
        BenchmarkClient client = connected(port);
        byte[] payload = new byte[bytes];
        Cost begin = Cost.now();
        client.publish("sink/meters/7/temperature", qos, payload, count);
        if (qos == 0) {
            client.publish(FENCE, 1, NO_PAYLOAD, 1); // answered behind all that came before
        }
        Cost cost = Cost.now().since(begin);
        client.disconnect();
        return new Outcome(count, cost);
    }

    /** Receives; ends when all has come, or nothing comes any more. */
    Outcome receive(int qos, int bytes, int count) throws Exception {
        BenchmarkClient client = connected(port);
        Arrived arrived = new Arrived(count);
        Cost begin = Cost.now();
        client.subscribe("push/" + qos + "/" + bytes + "/" + count, qos, arrived);
        Cost end = arrived.await();
        for (int i = 0; i < qos; i++) { // one for each answer to the last message that may still be on its way
            client.publish(FENCE, 1, NO_PAYLOAD, 1);
        }
        client.disconnect();
        return new Outcome(arrived.messages(), end.since(begin));
    }

    /** Publishes to itself through a Server of the real world. */
    Outcome roundTrip(int serverPort, int bytes, int count) throws Exception {
        BenchmarkClient client = connected(serverPort);
        String topic = "round/" + newName();
        Arrived arrived = new Arrived(count);
        client.subscribe(topic, 1, arrived);
        Cost begin = Cost.now();
        client.publish(topic, 1, new byte[bytes], count);
        Cost end = arrived.await();
        client.disconnect();
        return new Outcome(arrived.messages(), end.since(begin));
    }

    /** Returns the sorted times from a request to its response, through a Server of the real world. */
    long[] requests(int serverPort, int count) throws Exception {
        BenchmarkClient responder = connected(serverPort);
        BenchmarkClient asker = connected(serverPort);
        String topic = "ask/" + newName();
        String responseTopic = topic + "/answer";
        long[] nanos = new long[count];
        ((Asking) responder).respond(topic, responseTopic, new byte[64]);
        ((Asking) asker).requestOneByOne(topic, responseTopic, new byte[64], nanos);
        asker.disconnect();
        responder.disconnect();
        Arrays.sort(nanos);
        return nanos;
    }

    /** As {@link #requests}; what it costs. */
    Outcome asking(int serverPort, int count) throws Exception {
        Cost begin = Cost.now();
        requests(serverPort, count);
        return new Outcome(count, Cost.now().since(begin));
    }

    /** Returns the sorted times from publish to PUBACK. */
    long[] oneByOne(int count) throws Exception {
        BenchmarkClient client = connected(port);
        long[] nanos = new long[count];
        client.publishOneByOne("sink/meters/7/temperature", new byte[64], nanos);
        client.disconnect();
        Arrays.sort(nanos);
        return nanos;
    }

    /** As {@link #oneByOne}; what it costs. */
    Outcome latency(int count) throws Exception {
        Cost begin = Cost.now();
        oneByOne(count);
        return new Outcome(count, Cost.now().since(begin));
    }

    /** Connects and publishes one message. */
    int first() throws Exception {
        connected(port).publishOneByOne("sink/meters/7/temperature", new byte[64], new long[1]);
        return 1;
    }

    /** Connects, subscribes, disconnects, again and again. */
    Outcome cycles(int count) throws Exception {
        Cost begin = Cost.now();
        for (int i = 0; i < count; i++) {
            BenchmarkClient client = connected(port);
            client.subscribe("some/topic/filter", 1, bytes -> {});
            client.disconnect();
        }
        return new Outcome(count, Cost.now().since(begin));
    }

    /** Connects and disconnects, again and again, as one client: what it keeps for its next connection counts. */
    Outcome connects(int count) throws Exception {
        BenchmarkClient client = peer.newClient(way);
        String name = newName();
        Cost begin = Cost.now();
        for (int i = 0; i < count; i++) {
            client.connect(host, port, name);
            client.disconnect();
        }
        return new Outcome(count, Cost.now().since(begin));
    }

    /** Holds {@code count} idle connections; returns the bytes of heap and of memory that each takes. */
    long[] idle(int count) throws Exception {
        connected(port).disconnect(); // what is made once
        long heap = usedHeap();
        long resident = Cost.residentBytes();
        BenchmarkClient[] clients = new BenchmarkClient[count];
        try {
            for (int i = 0; i < count; i++) {
                clients[i] = connected(port);
            }
            return new long[] {(usedHeap() - heap) / count, (Cost.residentBytes() - resident) / count};
        } finally {
            Reference.reachabilityFence(clients); // they end with the process
        }
    }

    /** Returns what each of {@code count} idle connections holds, as {@link HeapByClass#since} has it. */
    String held(int count) throws Exception {
        List<BenchmarkClient> clients = new ArrayList<>();
        try {
            connect(clients, count); // and all that is made once
            HeapByClass before = HeapByClass.now();
            connect(clients, count);
            return HeapByClass.now().since(before, count);
        } finally {
            Reference.reachabilityFence(clients); // they end with the process
        }
    }

    private void connect(List<BenchmarkClient> clients, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            clients.add(connected(port));
        }
    }

    static long usedHeap() throws InterruptedException {
        Runtime runtime = Runtime.getRuntime();
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            Thread.sleep(50); // what is freed by a cleaner's thread
            used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
        }
        return used;
    }

    /** Counts what arrives; one thread at a time. */
    private static final class Arrived implements BenchmarkClient.Arrivals {
        private final AtomicLong messages = new AtomicLong();
        private final CompletableFuture<Cost> all = new CompletableFuture<>();
        private final long count;

        Arrived(long count) {
            this.count = count;
        }

        @Override
        public void message(int payloadBytes) {
            long now = messages.getPlain() + 1;
            messages.lazySet(now);
            if (now == count) {
                all.complete(Cost.now());
            }
        }

        long messages() {
            return messages.get();
        }

        /** Waits for all, as long as there are more and more; returns what was used when the last had come. */
        Cost await() throws InterruptedException, ExecutionException {
            long seen = -1;
            int idleLooks = 0;
            Cost last = Cost.now();
            while (idleLooks < LOOKS_OF_PATIENCE) {
                try {
                    return all.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException notYet) {
                    long now = messages.get();
                    if (now != seen) {
                        seen = now;
                        idleLooks = 0;
                        last = Cost.now(); // perhaps that was all: waiting for more is not the client's work
                    } else {
                        idleLooks++;
                    }
                }
            }
            return last;
        }
    }
}
