package io.reactivemqtt.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class IdentifierSetProperties {

    @Property
    void setHasWhatWasAddedAndNotRemoved(@ForAll List<@IntRange(min = -65_535, max = 65_535) Integer> steps) {
        IdentifierSet set = new IdentifierSet();
        Set<Integer> expected = new HashSet<>();
        for (int step : steps) {
            int identifier = identifierOf(step);
            if (step > 0) {
                assertThat(set.add(identifier)).isEqualTo(expected.add(identifier));
            } else {
                set.remove(identifier);
                expected.remove(identifier);
            }
        }
        for (int step : steps) {
            for (int identifier : new int[] {identifierOf(step), identifierOf(step + 1), identifierOf(step + 64)}) {
                assertThat(set.add(identifier)).isEqualTo(expected.add(identifier));
            }
        }
    }

    private static int identifierOf(int step) {
        return Math.min(65_535, Math.max(1, Math.abs(step)));
    }
}
