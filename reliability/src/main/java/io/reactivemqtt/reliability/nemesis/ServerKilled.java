package io.reactivemqtt.reliability.nemesis;

import java.io.IOException;
import java.util.Random;

/**
 * The Server is killed. What it acknowledges it has in its memory alone, so that it promises nothing about a kill: for a promise that can be
 * checked it is cut off from the pods at a random moment, saves what it knows, and is killed before it hears anything more.
 */
final class ServerKilled implements Trouble {

    @Override
    public void strike(Lab lab, Random random) throws IOException, InterruptedException {
        lab.network.cut(lab.serverMachine(), lab.podAddresses(), Network.Cut.SILENT);
        lab.outside.pause();
        lab.outside.leave();
        lab.server.saveAndKill();
    }

    @Override
    public void heal(Lab lab) throws IOException, InterruptedException {
        lab.server.start();
        lab.outside.begin();
        lab.network.heal(lab.serverMachine());
    }
}
