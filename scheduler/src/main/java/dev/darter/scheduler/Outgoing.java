package dev.darter.scheduler;

import dev.darter.protocol.HostId;
import dev.darter.protocol.SchedulerMessage;

/** A message that the scheduler wants delivered; dropped when the host has no link any more. */
public record Outgoing(HostId to, SchedulerMessage message) {}
