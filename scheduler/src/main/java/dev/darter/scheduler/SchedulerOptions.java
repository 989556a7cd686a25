package dev.darter.scheduler;

import java.time.Duration;

import dev.darter.service.HostPort;

/**
 * Settings of a scheduler.
 *
 * @param listen where agents connect to
 * @param admin where health and metrics are served
 * @param drain for how long requests under way may go on when the process is asked to end
 */
public record SchedulerOptions(HostPort listen, HostPort admin, Duration drain) {}
