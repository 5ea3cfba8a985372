package io.reactivemqtt.reliability.nemesis;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A process that owns the Session when it is told to, and stands by otherwise. It obeys what it reads on its standard input, and ends
 * with it.
 */
final class Pod {

    private final PodOrder order;
    private final PodLog log;
    private @Nullable Owner owner;

    private Pod(PodOrder order) throws IOException {
        this.order = order;
        this.log = PodLog.open(order.log());
    }

    public static void main(String[] arguments) throws IOException {
        Pod pod = new Pod(PodOrder.of(arguments));
        PodWords.say(PodWords.READY);
        try (BufferedReader harness = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
            for (String line = harness.readLine(); line != null; line = harness.readLine()) {
                pod.obey(line.split(" ", -1));
            }
        }
        Runtime.getRuntime().halt(0);
    }

    private void obey(String[] words) {
        switch (words[0]) {
            case PodWords.OWN -> {
                Owner next = new Owner(order, Integer.parseInt(words[1]), log);
                owner = next;
                next.begin();
            }
            case PodWords.REST -> {
                if (owner != null) {
                    owner.rest();
                }
            }
            case PodWords.INSPECT -> {
                if (owner != null) {
                    owner.inspect();
                }
            }
            default -> throw new IllegalArgumentException("no order: " + words[0]);
        }
    }
}
