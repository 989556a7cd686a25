package dev.darter.scheduler;

import java.util.Arrays;

/** A set of numbers in a sorted array: four bytes each, because a large cluster holds tens of millions of blobs. */
final class IntSet {

    private int[] values = new int[2];
    private int size;

    boolean add(int value) {
        int at = Arrays.binarySearch(values, 0, size, value);
        if (at >= 0) {
            return false;
        }
        if (size == values.length) {
            values = Arrays.copyOf(values, size + (size >> 1) + 2);
        }
        int insert = -at - 1;
        System.arraycopy(values, insert, values, insert + 1, size - insert);
        values[insert] = value;
        size++;
        return true;
    }

    boolean remove(int value) {
        int at = Arrays.binarySearch(values, 0, size, value);
        if (at < 0) {
            return false;
        }
        System.arraycopy(values, at + 1, values, at, size - at - 1);
        size--;
        return true;
    }

    boolean contains(int value) {
        return Arrays.binarySearch(values, 0, size, value) >= 0;
    }

    int size() {
        return size;
    }

    int get(int index) {
        return values[index];
    }

    int[] toArray() {
        return Arrays.copyOf(values, size);
    }
}
