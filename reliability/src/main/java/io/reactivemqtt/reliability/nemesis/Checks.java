package io.reactivemqtt.reliability.nemesis;

import io.reactivemqtt.Qos;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the logs say about the promises. Pure functions: the logs go in, counts come out. */
final class Checks {

    private Checks() {}

    /**
     * A message that was handled, in the order of the rows.
     *
     * @param qos of its topic
     * @param id its number
     */
    record Handled(Qos qos, long id) {}

    /**
     * A write to the Session, as the database saw it, in the order of the commits.
     *
     * @param writer who wrote
     * @param owner who owned the Session then
     * @param epoch of that owner
     * @param changed whether anything was changed
     */
    record Append(String writer, String owner, long epoch, boolean changed) {}

    /**
     * What became of what the owners had sent.
     *
     * @param accepted messages of which an owner was told that they are safe
     * @param inDoubt that came to the witness though no owner was told so
     * @param lost accepted, and never came
     * @param repeatedQos1 came more than once
     * @param repeatedQos2 came more than once, which is not allowed
     * @param outOfOrder came first after a later one of the same owner and topic
     */
    record Sent(int accepted, int inDoubt, int lost, int repeatedQos1, int repeatedQos2, int outOfOrder) {}

    /**
     * What became of what the Server had taken over for the Session.
     *
     * @param given by the publisher
     * @param lost never handled
     * @param repeatedQos1 handled more than once
     * @param repeatedQos2 handled more than once
     * @param outOfOrder handled first after a later one of the same topic
     */
    record Taken(long given, long lost, int repeatedQos1, int repeatedQos2, int outOfOrder) {}

    /**
     * Who wrote to the Session.
     *
     * @param appends that changed something
     * @param stale of these, by somebody who did not own it
     * @param backwards of these, of an earlier epoch than one before it
     * @param refused appends by somebody who did not own it, that changed nothing
     */
    record Written(int appends, int stale, int backwards, int refused) {}

    static Sent sent(List<PodLog.Accepted> accepted, List<Outside.Received> received) {
        Map<Outside.Received, Integer> arrivals = new HashMap<>();
        Map<String, Long> last = new HashMap<>();
        int outOfOrder = 0;
        for (Outside.Received message : received) {
            if (arrivals.merge(message, 1, Integer::sum) == 1) {
                String sequence = message.qos() + " " + message.id() / Owner.IDS_OF_ONE_OWNER;
                long before = last.getOrDefault(sequence, -1L);
                if (message.id() < before) {
                    outOfOrder++;
                } else {
                    last.put(sequence, message.id());
                }
            }
        }
        Set<Outside.Received> safe = new HashSet<>();
        accepted.forEach(message -> safe.add(new Outside.Received(message.qos(), message.id())));
        int lost = (int) safe.stream().filter(id -> !arrivals.containsKey(id)).count();
        int inDoubt = (int)
                arrivals.keySet().stream().filter(id -> !safe.contains(id)).count();
        return new Sent(
                safe.size(),
                inDoubt,
                lost,
                repeatedSent(arrivals, Qos.AT_LEAST_ONCE),
                repeatedSent(arrivals, Qos.EXACTLY_ONCE),
                outOfOrder);
    }

    private static int repeatedSent(Map<Outside.Received, Integer> arrivals, Qos qos) {
        return (int) arrivals.entrySet().stream()
                .filter(entry -> entry.getKey().qos() == qos && entry.getValue() > 1)
                .count();
    }

    /**
     * Counts what was handled.
     *
     * @param given how many messages there are of each QoS, numbered from 1
     */
    static Taken taken(Map<Qos, Long> given, List<Handled> handled) {
        Map<Handled, Integer> counts = new HashMap<>();
        Map<Qos, Long> last = new HashMap<>();
        int outOfOrder = 0;
        for (Handled message : handled) {
            if (counts.merge(message, 1, Integer::sum) == 1) {
                if (message.id() < last.getOrDefault(message.qos(), 0L)) {
                    outOfOrder++;
                } else {
                    last.put(message.qos(), message.id());
                }
            }
        }
        long all = given.values().stream().mapToLong(Long::longValue).sum();
        long there = counts.keySet().stream()
                .filter(message -> message.id() <= given.getOrDefault(message.qos(), 0L))
                .count();
        return new Taken(
                all,
                all - there,
                repeatedTaken(counts, Qos.AT_LEAST_ONCE),
                repeatedTaken(counts, Qos.EXACTLY_ONCE),
                outOfOrder);
    }

    private static int repeatedTaken(Map<Handled, Integer> counts, Qos qos) {
        return (int) counts.entrySet().stream()
                .filter(entry -> entry.getKey().qos() == qos && entry.getValue() > 1)
                .count();
    }

    static Written written(List<Append> appends) {
        long latest = 0;
        int changed = 0;
        int stale = 0;
        int backwards = 0;
        int refused = 0;
        for (Append append : appends) {
            boolean others = !append.writer().equals(append.owner());
            if (!append.changed()) {
                refused += others ? 1 : 0;
                continue;
            }
            changed++;
            stale += others ? 1 : 0;
            backwards += append.epoch() < latest ? 1 : 0;
            latest = Math.max(latest, append.epoch());
        }
        return new Written(changed, stale, backwards, refused);
    }
}
