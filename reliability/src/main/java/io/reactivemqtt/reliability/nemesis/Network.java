package io.reactivemqtt.reliability.nemesis;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A bridge in the namespace of this process, and machines around it: namespaces with an address each. Names begin with what the run
 * gave out, so that whoever began the run can remove what is left of it.
 */
final class Network implements AutoCloseable {

    private static final String TABLE = "nemesis";

    private final String prefix;
    private final int number;
    private final String bridge;
    private final Map<String, Integer> hosts = new ConcurrentHashMap<>();

    /** How a partition shows itself. */
    enum Cut {
        /** Packets vanish: nobody is told, and who waits goes on waiting. */
        SILENT,
        /** Connections are reset on this side, while the other one hears nothing. */
        RESET
    }

    /**
     * Makes the bridge.
     *
     * @param prefix of the names of namespaces
     * @param number tells networks of one run apart, from 0
     */
    Network(String prefix, int number) throws IOException, InterruptedException {
        this.prefix = prefix;
        this.number = number;
        this.bridge = "bridge" + number;
        ip("link", "add", bridge, "type", "bridge");
        ip("addr", "add", address(1) + "/24", "dev", bridge);
        ip("link", "set", bridge, "up");
    }

    /** Makes a machine with an address, from 2. */
    void add(String machine, int host) throws IOException, InterruptedException {
        String namespace = namespace(machine);
        String link = "v" + number + machine;
        ip("netns", "add", namespace);
        hosts.put(machine, host);
        ip("link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", namespace);
        ip("link", "set", link, "master", bridge, "up");
        ip("-n", namespace, "link", "set", "lo", "up");
        ip("-n", namespace, "addr", "add", address(host) + "/24", "dev", "eth0");
        ip("-n", namespace, "link", "set", "eth0", "up");
    }

    private String namespace(String machine) {
        return prefix + "-" + number + "-" + machine;
    }

    private static void ip(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        Programs.run(command);
    }

    String address(int host) {
        return "10.77." + number + "." + host;
    }

    String address(String machine) {
        return address(host(machine));
    }

    private int host(String machine) {
        Integer host = hosts.get(machine);
        if (host == null) {
            throw new IllegalArgumentException("no machine " + machine);
        }
        return host;
    }

    /** Returns what runs {@code command} on a machine: the process has its number and its output as if it were here. */
    List<String> on(String machine, List<String> command) {
        host(machine);
        List<String> there = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + namespace(machine)));
        there.addAll(command);
        return there;
    }

    /** Separates a machine from some addresses, until it is {@linkplain #heal healed}. */
    void cut(String machine, List<String> addresses, Cut how) throws IOException, InterruptedException {
        String others = "{ " + String.join(", ", addresses) + " }";
        String out = how == Cut.SILENT ? "drop" : "meta l4proto tcp reject with tcp reset";
        String rules = String.join(
                "\n",
                "table inet " + TABLE + " {",
                "chain in { type filter hook input priority 0",
                "ip saddr " + others + " drop",
                "}",
                "chain out { type filter hook output priority 0",
                "ip daddr " + others + " " + out,
                "}",
                "}",
                "");
        Programs.run(on(machine, List.of("nft", "-f", "-")), rules);
    }

    /** Ends what {@link #cut} has begun. */
    void heal(String machine) throws IOException, InterruptedException {
        Programs.run(on(machine, List.of("nft", "delete", "table", "inet", TABLE)));
    }

    /** Gives a machine an address more, and takes it from another one; everybody has to ask where it is now. */
    void move(int host, String from, String to) throws IOException, InterruptedException {
        ip("-n", namespace(from), "addr", "del", address(host) + "/24", "dev", "eth0");
        give(host, to);
    }

    /** Gives a machine an address more. */
    void give(int host, String machine) throws IOException, InterruptedException {
        ip("-n", namespace(machine), "addr", "add", address(host) + "/24", "dev", "eth0");
        ip("neigh", "flush", "all");
        for (String each : hosts.keySet()) {
            ip("-n", namespace(each), "neigh", "flush", "all");
        }
    }

    @Override
    public void close() throws IOException {
        try {
            for (String machine : hosts.keySet()) {
                ip("netns", "del", namespace(machine));
            }
            ip("link", "del", bridge);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
