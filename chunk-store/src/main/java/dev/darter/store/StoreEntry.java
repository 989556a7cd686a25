package dev.darter.store;

/** Something in the index that takes up space. */
sealed interface StoreEntry permits Resident, Download {}
