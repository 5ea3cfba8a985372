package io.reactivemqtt.reliability.powercut;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * One of the things that a power cut can make of the changes that no flush has covered.
 *
 * @param fates of each
 * @param growth of the files
 */
record Choice(List<Fate> fates, Disk.Growth growth) {

    private static final List<Disk.Growth> GROWTHS = List.of(Disk.Growth.values());
    private static final double[] LIKELIHOODS = {0.1, 0.5, 0.9};

    /** All are lost. */
    static Choice none(int changes) {
        return new Choice(Collections.nCopies(changes, Fate.LOST), Disk.Growth.NONE);
    }

    /** All are there: the power failed, and the disk had been busy. */
    static Choice all(int changes) {
        return new Choice(Collections.nCopies(changes, Fate.THERE), Disk.Growth.NONE);
    }

    /** The first alone is lost, which a disk wrote last. */
    static Choice firstLost(int changes) {
        return one(0, Fate.LOST, changes, Fate.THERE, Disk.Growth.ZEROS);
    }

    /**
     * Returns none, all, and some others: one change lost, there or torn, with all others there or lost; those up to one of them; and any.
     *
     * @param others how many at most
     */
    static List<Choice> some(int changes, int others, Random random) {
        List<Choice> choices = new ArrayList<>();
        choices.add(none(changes));
        if (changes == 0) {
            return choices;
        }
        choices.add(all(changes));
        choices.add(firstLost(changes));
        for (int i = 0; i < others; i++) {
            choices.add(another(changes, random));
        }
        return choices;
    }

    private static Choice another(int changes, Random random) {
        int one = random.nextInt(changes);
        Disk.Growth growth = GROWTHS.get(random.nextInt(GROWTHS.size()));
        return switch (random.nextInt(7)) {
            case 0 -> one(one, Fate.LOST, changes, Fate.THERE, growth);
            case 1 -> one(one, Fate.THERE, changes, Fate.LOST, growth);
            case 2 -> one(one, Fate.torn(random), changes, Fate.THERE, growth);
            case 3 -> one(one, Fate.torn(random), changes, Fate.LOST, growth);
            case 4 -> upTo(one, changes, random, growth);
            default -> any(changes, random, growth);
        };
    }

    private static Choice one(int index, Fate its, int changes, Fate others, Disk.Growth growth) {
        List<Fate> fates = new ArrayList<>(Collections.nCopies(changes, others));
        fates.set(index, its);
        return new Choice(fates, growth);
    }

    /** In order, as a careful disk writes; the last is torn. */
    private static Choice upTo(int last, int changes, Random random, Disk.Growth growth) {
        List<Fate> fates = new ArrayList<>(Collections.nCopies(last, Fate.THERE));
        fates.add(Fate.torn(random));
        fates.addAll(Collections.nCopies(changes - last - 1, Fate.LOST));
        return new Choice(fates, growth);
    }

    private static Choice any(int changes, Random random, Disk.Growth growth) {
        double likelihood = LIKELIHOODS[random.nextInt(LIKELIHOODS.length)];
        List<Fate> fates = new ArrayList<>();
        for (int i = 0; i < changes; i++) {
            boolean torn = random.nextInt(4) == 0;
            fates.add(torn ? Fate.torn(random) : random.nextDouble() < likelihood ? Fate.THERE : Fate.LOST);
        }
        return new Choice(fates, growth);
    }
}
