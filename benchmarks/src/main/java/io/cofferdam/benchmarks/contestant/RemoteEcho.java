package io.cofferdam.benchmarks.contestant;

import java.rmi.Remote;
import java.rmi.RemoteException;

/** What the process at the other end of RMI does. */
public interface RemoteEcho extends Remote {

  /** Returns the same bytes. */
  byte[] echo(byte[] message) throws RemoteException;
}
