package io.reactivemqtt.reliability.nemesis;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/** The owner is cut off from some of the others: by packets that vanish, or by connections that are reset on its side. */
final class Partition implements Trouble {

    private final Function<Lab, List<String>> others;
    private String machine = "";

    private Partition(Function<Lab, List<String>> others) {
        this.others = others;
    }

    static Trouble fromDatabase() {
        return new Partition(lab -> List.of(lab.cluster.address()));
    }

    static Trouble fromServer() {
        return new Partition(lab -> List.of(lab.network.address(lab.serverMachine())));
    }

    static Trouble fromBoth() {
        return new Partition(lab -> List.of(lab.cluster.address(), lab.network.address(lab.serverMachine())));
    }

    @Override
    public void strike(Lab lab, Random random) throws IOException, InterruptedException {
        machine = lab.pods.owner().machine();
        lab.network.cut(machine, others.apply(lab), random.nextBoolean() ? Network.Cut.SILENT : Network.Cut.RESET);
    }

    @Override
    public void heal(Lab lab) throws IOException, InterruptedException {
        lab.network.heal(machine);
    }
}
