/** What containerd on this host holds, used by the agent: served from where it lies, and kept once instead of twice. */
@NullMarked
package dev.darter.agent.containerd;

import org.jspecify.annotations.NullMarked;
