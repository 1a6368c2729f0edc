using System.Buffers.Binary;
using System.Text;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>
/// Lets a library of 64-bit Linux load that asks for a newer C++ runtime than there is, where it never calls what it asks for. The binding
/// of LibTorch does so: C++ programs that include &lt;iostream&gt; name <c>std::ios_base_library_init</c> only in order to be linked with a
/// runtime that has it.
/// </summary>
internal static class ElfLibrary
{
    private const int SectionSize = 64, SymbolSize = 24, DynamicSymbols = 11, NeededVersions = 0x6FFFFFFE;
    private const byte Weak = 2;

    /// <summary>Marks a symbol, and the version that it needs, as weak: the loader goes on without them.</summary>
    /// <param name="file">The library, which is written anew.</param>
    /// <param name="symbol">The mangled name of the symbol.</param>
    /// <param name="version">The version, as <c>GLIBCXX_3.4.32</c>.</param>
    public static void Weaken(string file, string symbol, string version)
    {
        byte[] bytes = File.ReadAllBytes(file);
        int headers = Int64(bytes, 0x28);
        var sections = Enumerable.Range(0, UInt16(bytes, 0x3C)).Select(i => new Section(bytes, headers + (i * SectionSize))).ToArray();
        var symbols = sections.Single(section => section.Type == DynamicSymbols);
        var versions = sections.Single(section => section.Type == NeededVersions);
        int names = sections[symbols.Link].Offset;
        for (int at = symbols.Offset; at < symbols.Offset + symbols.Length; at += SymbolSize)
        {
            if (Name(bytes, names + Int32(bytes, at)) == symbol)
                bytes[at + 4] = (byte)((Weak << 4) | (bytes[at + 4] & 0xF));
        }

        for (int at = versions.Offset, next = 1; next != 0; at += next)
        {
            int entry = at + Int32(bytes, at + 8);
            for (int count = UInt16(bytes, at + 2); count > 0; count--, entry += Int32(bytes, entry + 12))
            {
                if (Name(bytes, names + Int32(bytes, entry + 8)) == version)
                    BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(entry + 4), Weak);
            }

            next = Int32(bytes, at + 12);
        }

        File.WriteAllBytes(file, bytes);
    }

    private static string Name(byte[] bytes, int at) => Encoding.ASCII.GetString(bytes, at, Array.IndexOf<byte>(bytes, 0, at) - at);

    private static int UInt16(byte[] bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));

    private static int Int32(byte[] bytes, int at) => BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at));

    private static int Int64(byte[] bytes, int at) => checked((int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at)));

    private sealed record Section(int Type, int Offset, int Length, int Link)
    {
        public Section(byte[] bytes, int at)
            : this(Int32(bytes, at + 4), Int64(bytes, at + 24), Int64(bytes, at + 32), Int32(bytes, at + 40))
        {
        }
    }
}
