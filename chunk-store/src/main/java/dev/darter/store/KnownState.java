package dev.darter.store;

import dev.darter.protocol.ChainState;

/** The chain state at a boundary and how far it can be believed. */
public record KnownState(ChainState state, Trust trust) {}
