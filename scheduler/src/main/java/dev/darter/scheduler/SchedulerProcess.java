package dev.darter.scheduler;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

import dev.darter.service.AdminServer;
import dev.darter.service.HostPort;
import dev.darter.service.Readiness;
import dev.darter.service.Telemetry;

/** A scheduler in a process of its own, with its admin listener. */
public final class SchedulerProcess {

    private final SchedulerServer server;
    private final AdminServer admin;
    private final HostPort adminAddress;

    private SchedulerProcess(SchedulerServer server, AdminServer admin, HostPort adminAddress) {
        this.server = server;
        this.admin = admin;
        this.adminAddress = adminAddress;
    }

    /** Binds and serves. */
    public static SchedulerProcess start(SchedulerOptions options, RandomGenerator random) throws IOException {
        SchedulerServer server = SchedulerServer.start(options.listen(), random);
        try {
            Telemetry telemetry = Telemetry.create().withProcessMetrics();
            server.observe(telemetry);
            Readiness readiness = new Readiness();
            readiness.require("scheduler", server::problem);
            AdminServer admin = AdminServer.start(options.admin(), telemetry, readiness, List.of());
            return new SchedulerProcess(server, admin, options.admin().withPort(admin.port()));
        } catch (IOException e) {
            server.close(Duration.ZERO);
            throw e;
        }
    }

    /** Where agents connect to. */
    public HostPort listen() {
        return server.listen();
    }

    /** Where health and metrics are. */
    public HostPort admin() {
        return adminAddress;
    }

    /** Stops in order, in the given time. */
    public void close(Duration drain) {
        server.close(drain);
        admin.close(Duration.ZERO);
    }
}
