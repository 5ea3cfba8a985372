package io.reactivemqtt.fuzz;

import java.util.Arrays;
import java.util.List;

/** Topic Filters as the standard says it (MQTT 5.0 §4.7, §4.8.2), in the simplest way, and with nothing of the library. */
final class PlainMatching {

    private PlainMatching() {}

    /** Returns what stands between the slashes of {@code text}. */
    static List<String> levels(String text) {
        return Arrays.asList(text.split("/", -1));
    }

    /** Tells whether {@code levels} are a Topic Filter of MQTT 3.1.1, where {@code $share} is a level as others are. */
    static boolean isFilter(List<String> levels) {
        if (levels.size() == 1 && levels.get(0).isEmpty()) {
            return false; // [MQTT-4.7.3-1]
        }
        for (int i = 0; i < levels.size(); i++) {
            String level = levels.get(i);
            if (level.contains("#") && (level.length() > 1 || i < levels.size() - 1)) {
                return false; // [MQTT-4.7.1-1]
            }
            if (level.contains("+") && level.length() > 1) {
                return false; // [MQTT-4.7.1-2]
            }
        }
        return true;
    }

    /** Returns what Topic Names are compared with: what stands behind the ShareName, if this is a Shared Subscription. */
    static List<String> matchedPart(List<String> filter) {
        boolean shared = filter.get(0).equals("$share")
                && filter.size() > 2
                && !filter.get(1).isEmpty() // [MQTT-4.8.2-1]
                && !filter.get(1).contains("+")
                && !filter.get(1).contains("#") // [MQTT-4.8.2-2]
                && !(filter.size() == 3 && filter.get(2).isEmpty())
                && !filter.get(2).equals("$share");
        return shared ? filter.subList(2, filter.size()) : filter;
    }

    /** Tells whether {@code filter}, which is not shared, matches {@code name}. */
    static boolean matches(List<String> filter, List<String> name) {
        if (name.get(0).startsWith("$")
                && (filter.get(0).equals("+") || filter.get(0).equals("#"))) {
            return false; // [MQTT-4.7.2-1]
        }
        for (int i = 0; i < filter.size(); i++) {
            if (filter.get(i).equals("#")) {
                return true; // whatever follows, and the parent level too
            }
            if (i == name.size() || !(filter.get(i).equals("+") || filter.get(i).equals(name.get(i)))) {
                return false;
            }
        }
        return filter.size() == name.size();
    }
}
