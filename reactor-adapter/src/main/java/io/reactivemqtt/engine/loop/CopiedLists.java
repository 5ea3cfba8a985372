package io.reactivemqtt.engine.loop;

import java.util.ArrayList;
import java.util.List;

/**
 * Lists that nobody changes: who goes through one is not disturbed by who comes and goes meanwhile, and an empty one takes no room, since
 * idle clients come in thousands.
 */
public final class CopiedLists {

    private CopiedLists() {}

    public static <T> List<T> with(List<T> list, T another) {
        List<T> longer = new ArrayList<>(list.size() + 1);
        longer.addAll(list);
        longer.add(another);
        return List.copyOf(longer);
    }

    /** Returns {@code list} without the first {@code one} in it. */
    public static <T> List<T> without(List<T> list, T one) {
        List<T> shorter = new ArrayList<>(list);
        shorter.remove(one);
        return List.copyOf(shorter);
    }
}
