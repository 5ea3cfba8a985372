package io.reactivemqtt.reliability.nemesis;

import java.io.IOException;
import java.util.Random;

/** One kind of fault, again and again in one lab. */
interface Trouble {

    /** Begins a fault. */
    void strike(Lab lab, Random random) throws IOException, InterruptedException;

    /** Ends what {@link #strike} has begun. */
    void heal(Lab lab) throws IOException, InterruptedException;
}
