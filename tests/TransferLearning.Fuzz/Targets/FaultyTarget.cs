using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace TransferLearning.Fuzz;

/// <summary>Has every fault that can be found, by the input: it shows that they are found.</summary>
internal sealed class FaultyTarget : FuzzTarget
{
    /// <summary>Not among <see cref="FuzzTarget.Names"/>.</summary>
    public const string Name = "faulty";

    private const int Much = 400 << 20;

    /// <inheritdoc/>
    public override IReadOnlyList<Mutation> Mutations { get; } = [.. ByteMutations.All, ByteMutations.Words("error")];

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Seeds() => [[.. "sound"u8]];

    /// <inheritdoc/>
    public override string Run(byte[] input)
    {
        switch (Encoding.ASCII.GetString(input))
        {
            case "crash":
                Marshal.WriteByte(unchecked((nint)0xDEAD_0000), 1);
                return "";
            case "hang":
                Thread.Sleep(Timeout.Infinite);
                return "";
            case "memory":
                byte[] filled = new byte[Much];
                Array.Fill(filled, (byte)1);
                return filled[^1].ToString(CultureInfo.InvariantCulture);
            case ['e', ..]:
                throw new InvalidOperationException("not documented");
            case ['r', ..]:
                throw new FormatException("documented");
            default:
                return "sound";
        }
    }

    /// <inheritdoc/>
    public override bool IsDocumented(Exception error) => error is FormatException;
}
