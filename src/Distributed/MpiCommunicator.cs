using System.Runtime.InteropServices;

namespace LisNative.Distributed;

/// <summary>
/// The processes that mpirun started together, through the MPI library installed. One of a process; one thread at a time uses it.
/// </summary>
/// <remarks>Everything is begun and then asked for again and again: a rank that waits yields its core to those that work, and what was
/// begun goes on between the kernels of a training step.</remarks>
/// <example><code>
/// using var ranks = MpiCommunicator.Open();       // null when the program was started alone
/// using var detector = Detector.Fit(Device.Cpu, normal, negatives, new LisOptions(), ranks: ranks);
/// if (ranks is null or { Rank: 0 }) { detector.Save("model.lis"); }
/// </code></example>
public sealed unsafe class MpiCommunicator : Communicator
{
    /// <summary>MPI_THREAD_SERIALIZED: any thread, one at a time.</summary>
    private const int Serialised = 2;

    private readonly MpiLibrary library;
    private readonly List<nint> requests = [];
    private readonly nint world, farewell;
    private bool left;

    private MpiCommunicator(Launch launch)
    {
        library = MpiLibrary.Load(launch);
        Job.Check(Environment.GetEnvironmentVariable);
        int provided = 0, rank = 0, size = 0;
        nint copy = 0;
        library.Check(library.InitThread(0, 0, Serialised, &provided));
        world = library.Abi.World;
        library.Check(library.CommSetErrhandler(world, library.Abi.ErrorsReturn));
        library.Check(library.CommRank(world, &rank));
        library.Check(library.CommSize(world, &size));
        library.Check(library.CommDup(world, &copy));
        (Rank, Size, farewell) = (rank, size, copy);
        AppDomain.CurrentDomain.UnhandledException += Abandon;
        if (size != launch.Size)
        {
            throw new InputException("MPI",
                $"expected {launch.Size} processes joined by {library.Abi.Name}, found {size}: mpirun did not start this one, or it is of "
                + "another kind than the library");
        }
    }

    /// <inheritdoc/>
    public override int Rank { get; }

    /// <inheritdoc/>
    public override int Size { get; }

    /// <summary>Joins the processes that were started together; null when this one was started alone, which needs no library.</summary>
    /// <remarks>Call it where the program's user has asked for common work: to have been started with others does not say so.</remarks>
    /// <exception cref="InputException">There is no MPI library, or one that mpirun does not know; the environment contradicts
    /// itself.</exception>
    public static MpiCommunicator? Open() => Launch.Current is { Size: > 1 } launch ? new(launch) : null;

    /// <summary>Whether there is a library by which to join.</summary>
    internal static bool IsInstalled(Launch launch) => MpiLibrary.IsInstalled(launch);

    /// <summary>
    /// Leaves together with the others. Should they not come to that within a time, because one has failed while they wait for it, all
    /// processes are ended with its code.
    /// </summary>
    /// <param name="code">This process's exit code.</param>
    /// <param name="patience">How long to wait for the others.</param>
    /// <param name="alone">What to do before all are ended: say why, for nobody else will.</param>
    /// <returns>Rank 0's exit code.</returns>
    internal int Leave(int code, TimeSpan patience, Action alone)
    {
        left = true;
        nint request = 0;
        float first = Rank == 0 ? code : 0;
        library.Check(library.Iallreduce(library.Abi.InPlace, (nint)(&first), 1, library.Abi.Float, library.Abi.Sum, farewell, &request));
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (!Done(&request))
        {
            if (clock.Elapsed > patience)
            {
                alone();
                library.Abort(world, code);
            }

            Thread.Sleep(1);
        }

        AppDomain.CurrentDomain.UnhandledException -= Abandon;
        library.Finish();
        return (int)first;
    }

    internal override void Broadcast(Span<byte> bytes, int from)
    {
        fixed (byte* buffer = bytes)
        {
            nint request = 0;
            library.Check(library.Ibcast((nint)buffer, bytes.Length, library.Abi.Byte, from, world, &request));
            requests.Add(request);
            Wait();
        }
    }

    internal override void BeginSum(nint values, int count)
    {
        nint request = 0;
        library.Check(library.Iallreduce(library.Abi.InPlace, values, count, library.Abi.Float, library.Abi.Sum, world, &request));
        requests.Add(request);
        Poll();
    }

    internal override void BeginSend(float[] values, int to)
    {
        nint request = 0;
        library.Check(library.Isend(Marshal.UnsafeAddrOfPinnedArrayElement(values, 0), values.Length, library.Abi.Float, to, 0, world,
            &request));
        requests.Add(request);
    }

    internal override void BeginReceive(float[] values, int from)
    {
        nint request = 0;
        library.Check(library.Irecv(Marshal.UnsafeAddrOfPinnedArrayElement(values, 0), values.Length, library.Abi.Float, from, 0, world,
            &request));
        requests.Add(request);
    }

    internal override void Poll()
    {
        for (int i = requests.Count - 1; i >= 0; i--)
        {
            nint request = requests[i];
            if (Done(&request))
            {
                requests.RemoveAt(i);
            }
            else
            {
                requests[i] = request;
            }
        }
    }

    internal override void Wait()
    {
        // Never sleeping: large messages go on by a piece with every call.
        var spin = default(SpinWait);
        for (Poll(); requests.Count > 0; Poll())
        {
            spin.SpinOnce(-1);
        }
    }

    /// <summary>Leaves, in the end as long as it takes the others.</summary>
    protected override void Dispose(bool disposing)
    {
        if (!left)
        {
            Leave(0, TimeSpan.MaxValue, () => { });
        }

        base.Dispose(disposing);
    }

    /// <summary>The others would wait for ever for a rank that ends by an exception.</summary>
    private void Abandon(object sender, UnhandledExceptionEventArgs e)
    {
        Console.Error.WriteLine($"rank {Rank}: {e.ExceptionObject}");
        library.Abort(world, 1);
    }

    private bool Done(nint* request)
    {
        int flag = 0;
        library.Check(library.Test(request, &flag, library.Abi.StatusIgnore));
        return flag != 0;
    }
}
