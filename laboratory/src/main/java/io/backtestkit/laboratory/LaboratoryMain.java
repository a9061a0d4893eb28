package io.backtestkit.laboratory;

import io.backtestkit.laboratory.crash.CrashStates;
import io.backtestkit.laboratory.crash.DroppedForces;
import java.util.List;

/** tmp */
public final class LaboratoryMain {
    private LaboratoryMain() {}

    /** tmp */
    public static void main(String[] args) {
        java.util.logging.Logger logger = java.util.logging.Logger.getLogger("io.backtestkit");
        logger.setLevel(java.util.logging.Level.OFF);
        Experiment e = args[0].equals("d") ? new DroppedForces() : new CrashStates(Integer.parseInt(args[1]));
        long t = System.nanoTime();
        Tally tally = new Tally();
        List<String> cases = args.length > 2 ? List.of(args[2]) : e.cases();
        System.out.println(cases.size() + " cases " + (System.nanoTime() - t) / 1000000);
        cases.parallelStream().forEach(c -> {
            try {
                e.run(c, tally);
            } catch (Throwable x) {
                System.out.println(c);
                x.printStackTrace(System.out);
            }
        });
        tally.notes().forEach(System.out::println);
        tally.bad().stream().limit(30).forEach(System.out::println);
        System.out.println("tried=" + tally.triedCount() + " bad=" + tally.bad().size() + " ms "
                + (System.nanoTime() - t) / 1000000);
        if (logger.getLevel() == null) System.out.println();
    }
}
