namespace TransferLearning.Fuzz;

/// <summary>
/// The loop of the child process: reads an input from standard input (length, bytes), runs the target on it, and writes the outcome to
/// standard output. The parent knows the input when the process ends.
/// </summary>
internal static class WorkerLoop
{
    /// <summary>Runs until the standard input ends.</summary>
    /// <param name="name">The target.</param>
    /// <param name="memoryLimit">The number of bytes by which memory may exceed that of valid inputs.</param>
    public static void Run(string name, long memoryLimit)
    {
        using var input = new BinaryReader(Console.OpenStandardInput());
        using var output = new BinaryWriter(new BufferedStream(Console.OpenStandardOutput()));
        Console.SetOut(TextWriter.Null);
        using var target = FuzzTarget.Create(name);
        foreach (byte[] seed in target.Seeds())
            Execution.Run(target, seed);
        long floor = PeakMemory.Read();
        Write(output, new Outcome(OutcomeKind.Accepted, "ready", ""));
        while (ReadInput(input) is { } bytes)
        {
            var outcome = Execution.Run(target, bytes);
            long rise = PeakMemory.Read() - floor;
            if (rise > memoryLimit && !outcome.IsFinding)
            {
                outcome = new Outcome(OutcomeKind.Memory, $"after {outcome.Kind} {outcome.Shape}", $"The process grew by {rise >> 20} " +
                    $"MB; the result was: {outcome.Signature} {outcome.Detail}");
            }

            Write(output, outcome);
        }
    }

    /// <summary>Reads what <see cref="Run"/> writes.</summary>
    public static Outcome Read(BinaryReader reader) => new((OutcomeKind)reader.ReadByte(), reader.ReadString(), reader.ReadString());

    private static byte[]? ReadInput(BinaryReader input)
    {
        try
        {
            return input.ReadBytes(input.ReadInt32());
        }
        catch (EndOfStreamException)
        {
            return null;
        }
    }

    private static void Write(BinaryWriter output, Outcome outcome)
    {
        output.Write((byte)outcome.Kind);
        output.Write(outcome.Shape);
        output.Write(outcome.Detail);
        output.Flush();
    }
}
