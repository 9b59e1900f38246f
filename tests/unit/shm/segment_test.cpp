#include "ntpdshm/segment.hpp"

#include "shm/group_ppsd.hpp"
#include "shm/private_unit.hpp"
#include "tests/unit/support/child.hpp"
#include "tests/unit/support/refusal.hpp"

#include <cerrno>
#include <fstream>
#include <optional>
#include <pwd.h>
#include <stdexcept>

using namespace ntpdshm;
using namespace ntpdshm::testing;
using namespace ppsd::app::test;

extern "C" group* getgrnam(const char*) {
    return GroupPpsd::current;
}

namespace {

constexpr uid_t stranger = 65534;

void give_to(int id, uid_t owner, unsigned mode) {
    shmid_ds ds{};
    REQUIRE(::shmctl(id, IPC_STAT, &ds) == 0);
    ds.shm_perm.uid = owner;
    ds.shm_perm.mode = static_cast<decltype(ds.shm_perm.mode)>(mode);
    REQUIRE(::shmctl(id, IPC_SET, &ds) == 0);
}

} // namespace

TEST_CASE("units and keys") {
    CHECK(key_of(0) == 0x4e545030);
    CHECK(key_of(255) == 0x4e54512f);
    CHECK(name_of(2) == "SHM unit 2 (key 0x4e545032)");
    CHECK_THROWS_AS((void)key_of(-1), std::invalid_argument);
    CHECK_THROWS_AS((void)key_of(256), std::invalid_argument);
    CHECK_THROWS_AS((void)Segment::open(256), std::invalid_argument);
}

TEST_CASE("made with zeros, the layout's size and everyone's permission, then found again") {
    for (const Case& c : cases) {
        RawUnit raw{2};
        CHECK_FALSE(find_segment(2, private_base()).has_value());
        const Segment first = open_private(2, c.choice);
        CHECK(first.created());
        CHECK(first.unit() == 2);
        CHECK(first.key() == private_base() + 2);
        const Segment second = open_private(2, c.choice);
        CHECK_FALSE(second.created());
        CHECK(second.layout() == c.layout);
        const std::string zeros(c.size, '\0');
        CHECK(std::memcmp(raw.memory(), zeros.data(), c.size) == 0);
        const auto status = second.status();
        REQUIRE(status.has_value());
        CHECK(status->size == c.size);
        CHECK(status->mode == 0666U);
        CHECK(status->owner == ::geteuid());
        CHECK(status->attached == 3);
        CHECK_FALSE(status->removed);
    }
}

TEST_CASE("an existing segment of the other size is refused, both sizes named") {
    RawUnit raw{2};
    raw.make(80);
    const auto open = [] { (void)open_private(2, LayoutChoice::time64); };
    CHECK(refusal_code<SegmentError>(open) == EINVAL);
    const std::string text = refusal<SegmentError>(open);
    CHECK(text.starts_with("SHM unit 2 (key 0x"));
    CHECK(text.find("80 bytes (time32)") != text.npos);
    CHECK(text.find("96 bytes (time64)") != text.npos);
    CHECK(text.find("option time64") != text.npos);
    CHECK(text.find('\n') == text.npos);
    CHECK(open_private(2, LayoutChoice::time32).layout() == Layout::time32);
}

TEST_CASE("an existing segment that the installed reader can't read is refused, both named") {
    const auto reader = installed_reader();
    if (!reader) {
        MESSAGE("SKIPPED: needs chronyd or ntpd: apt-get install chrony");
        return;
    }
    const Layout other = reader->layout == Layout::time64 ? Layout::time32 : Layout::time64;
    const RawUnit raw{2};
    raw.make(size(other));
    const auto open = [] { (void)open_private(2, LayoutChoice::automatic); };
    CHECK(refusal_code<SegmentError>(open) == EINVAL);
    CHECK(refusal<SegmentError>(open).find("it has " + std::to_string(size(other)) + " bytes (" +
                                           std::string{name(other)} + "), but " + reader->path +
                                           " wants ") != std::string::npos);
}

TEST_CASE("sizes that no layout has are refused, on both sides of the right one") {
    for (const std::size_t bytes : {1U, 79U, 81U, 95U, 97U, 4096U}) {
        RawUnit raw{2};
        raw.make(bytes);
        for (const Case& c : cases)
            CHECK(refusal_code<SegmentError>([&] { (void)open_private(2, c.choice); }) == EINVAL);
        CHECK(refusal_code<SegmentError>([] {
                  (void)Segment::watch(2, LayoutChoice::automatic, private_base());
              }) == EINVAL);
    }
}

TEST_CASE("watching makes nothing") {
    RawUnit raw{2};
    const auto watch = [] { (void)Segment::watch(2, LayoutChoice::automatic, private_base()); };
    CHECK(refusal_code<SegmentError>(watch) == ENOENT);
    CHECK_FALSE(find_segment(2, private_base()).has_value());
    raw.make(80);
    CHECK(Segment::watch(2, LayoutChoice::automatic, private_base()).layout() == Layout::time32);
}

TEST_CASE("removed while attached: seen, and the next one opened is another") {
    const RawUnit raw{2};
    const Segment old = open_private(2, LayoutChoice::time64);
    CHECK_FALSE(old.removed());
    REQUIRE(::shmctl(raw.id(), IPC_RMID, nullptr) == 0);
    CHECK(old.removed());
    CHECK(old.status()->removed);
    const Segment fresh = open_private(2, LayoutChoice::time64);
    CHECK(fresh.created());
    CHECK_FALSE(fresh.removed());
}

TEST_CASE("opened again: with the layout it had, by another program or anew") {
    const RawUnit raw{2};
    for (const Case& c : cases) {
        const Segment old = open_private(2, c.choice);
        REQUIRE(::shmctl(raw.id(), IPC_RMID, nullptr) == 0);
        {
            const Segment fresh = old.open_again();
            CHECK(fresh.created());
            CHECK(fresh.layout() == c.layout);
            CHECK(fresh.key() == old.key());
            CHECK(fresh.unit() == 2);
            REQUIRE(::shmctl(raw.id(), IPC_RMID, nullptr) == 0);
        }
        raw.make(c.size);
        CHECK_FALSE(old.open_again().created());
        REQUIRE(::shmctl(raw.id(), IPC_RMID, nullptr) == 0);
        raw.make(c.size + 1);
        const auto again = [&] { (void)old.open_again(); };
        CHECK(refusal_code<SegmentError>(again) == EINVAL);
        CHECK(refusal<SegmentError>(again).find("its predecessor wants") != std::string::npos);
        REQUIRE(::shmctl(raw.id(), IPC_RMID, nullptr) == 0);
    }
}

TEST_CASE("who made it, and who used it last") {
    const RawUnit raw{2};
    const Segment segment = open_private(2, LayoutChoice::time64);
    CHECK(segment.status()->maker == ::getpid());
    CHECK(segment.status()->last_user == ::getpid());
    CHECK(process_name(::getpid()) ==
          "process " + std::to_string(::getpid()) + " (" + own_name() + ")");
    CHECK_FALSE(process_name(-1).has_value());
}

TEST_CASE("discarded: only what it made, and only while nobody else is attached") {
    const RawUnit raw{2};
    open_private(2, LayoutChoice::time64).discard();
    CHECK(raw.id() == -1);

    const Segment made = open_private(2, LayoutChoice::time64);
    {
        const Segment found = open_private(2, LayoutChoice::time64);
        found.discard();
        made.discard();
        CHECK(raw.id() >= 0);
    }
    made.discard();
    CHECK(raw.id() == -1);
}

TEST_CASE("moving leaves one attachment") {
    const RawUnit raw{2};
    Segment a = open_private(2, LayoutChoice::time64);
    CHECK(a.status()->attached == 1);
    Segment b = std::move(a);
    CHECK(b.status()->attached == 1);
    a = std::move(b);
    CHECK(a.memory() != nullptr);
    CHECK(find_segment(2, private_base())->attached == 1);
}

TEST_CASE("a stranger's segment is refused with his name") {
    if (!is_root()) return;
    const RawUnit raw{2};
    raw.make(96);
    give_to(raw.id(), stranger, 0666);
    const auto open = [] { (void)open_private(2, LayoutChoice::time64); };
    CHECK(refusal_code<SegmentError>(open) == EPERM);
    const std::string whose = "it belongs to " + user_name(stranger) + ", not to root";
    CHECK(refusal<SegmentError>(open).find(whose +
                                           ": stop the program that made it, then remove it with "
                                           "\"ipcrm -M 0x") != std::string::npos);
    constexpr uid_t another = 65533;
    const std::int32_t base = private_base();
    CHECK(as_user(another, [&] {
              const std::string text = refusal<SegmentError>(
                  [&] { (void)Segment::open(2, LayoutChoice::time64, base); });
              return text.find(whose + " or " + user_name(another) + ": ") == text.npos ? 1 : 0;
          }) == 0);
    CHECK_NOTHROW((void)Segment::watch(2, LayoutChoice::automatic, private_base()));
}

TEST_CASE("mode 000 is refused to others, with owner and mode") {
    if (!is_root()) return;
    const RawUnit raw{2};
    raw.make(96, 0);
    // The child must look for the parent's key.
    const std::int32_t base = private_base();
    CHECK(as_user(stranger, [&] {
              const auto open = [&] { (void)Segment::open(2, LayoutChoice::time64, base); };
              const std::string text = refusal<SegmentError>(open);
              if (refusal_code<SegmentError>(open) != EACCES) return 1;
              if (text.find("belongs to root and has mode 0000") == text.npos) return 2;
              return find_segment(2, base)->size == 96 ? 0 : 3;
          }) == 0);
}

TEST_CASE("what may not be opened: who may, by its owner and mode") {
    if (!is_root()) return;
    struct Row {
        unsigned mode;
        bool writing;
        const char* advice;
    };
    for (const Row& row : {Row{0660, true, "run with sudo, or as a member of its group root"},
                           Row{0640, true, "run with sudo; or, if chronyd made it, "},
                           Row{0640, false, "run with sudo, or as a member of its group root"},
                           Row{0600, false, "run with sudo; or, if chronyd made it, "}}) {
        const RawUnit raw{2};
        raw.make(96, static_cast<int>(row.mode));
        const std::int32_t base = private_base();
        CHECK(as_user(stranger, [&] {
                  const std::string text = refusal<SegmentError>([&] {
                      if (row.writing) (void)Segment::open(2, LayoutChoice::time64, base);
                      (void)Segment::watch(2, LayoutChoice::time64, base);
                  });
                  return text.find(row.advice) == text.npos ? 1 : 0;
              }) == 0);
    }
    const RawUnit own{2};
    own.make(96, 0);
    give_to(own.id(), stranger, 0);
    const std::int32_t base = private_base();
    CHECK(as_user(stranger, [&] {
              const auto watch = [&] { (void)Segment::watch(2, LayoutChoice::time64, base); };
              const bool told = refusal<SegmentError>(watch).find("remove it with \"ipcrm -M 0x") !=
                                std::string::npos;
              return told ? 0 : 1;
          }) == 0);
}

TEST_CASE("root's segment of mode 0666 is open to everyone") {
    if (!is_root()) return;
    const RawUnit raw{2};
    raw.make(96);
    const std::int32_t base = private_base();
    CHECK(as_user(stranger, [&] {
              return refusal_code<SegmentError>(
                  [&] { (void)Segment::open(2, LayoutChoice::time64, base); });
          }) == 0);
}

TEST_CASE("units 0 and 1 are root's, 0660, group ppsd if it exists") {
    if (!in_private_namespace()) return;
    for (const bool exists : {false, true}) {
        std::optional<GroupPpsd> ppsd;
        if (exists) ppsd.emplace();
        for (const int unit : {0, 1}) {
            const Cleanup cleanup{key_of(unit)};
            const Segment segment = Segment::open(unit, LayoutChoice::time64);
            CHECK(segment.status()->mode == 0660U);
            CHECK(segment.status()->owner == 0);
            CHECK(segment.status()->group == (exists ? GroupPpsd::id : ::getegid()));
            const auto open = [&] {
                return refusal_code<SegmentError>(
                    [&] { (void)Segment::open(unit, LayoutChoice::time64); });
            };
            CHECK(as_user(stranger, open) == EACCES);
            CHECK(as_user(stranger, GroupPpsd::id, open) == (exists ? 0 : EACCES));
        }
    }
}

TEST_CASE("a segment of chronyd's gets group ppsd where it is opened; from unit 2 up none does") {
    if (!in_private_namespace()) return;
    const GroupPpsd ppsd;
    for (const int unit : {1, 2}) {
        const Cleanup cleanup{key_of(unit)};
        const int id = ::shmget(key_of(unit), 96, IPC_CREAT | 0604);
        REQUIRE(id >= 0);
        const Segment segment = Segment::open(unit, LayoutChoice::time64);
        CHECK(segment.status()->mode == (unit == 1 ? 0664U : 0604U));
        CHECK(segment.status()->group == (unit == 1 ? GroupPpsd::id : ::getegid()));
    }
}

TEST_CASE("nobody but root makes units 0 and 1, and nobody else may own them") {
    if (!in_private_namespace()) return;
    for (const int unit : {0, 1}) {
        const Cleanup cleanup{key_of(unit)};
        const auto open = [&] {
            return refusal_code<SegmentError>(
                [&] { (void)Segment::open(unit, LayoutChoice::time64); });
        };
        CHECK(as_user(stranger, open) == EPERM);
        CHECK_FALSE(find_segment(unit).has_value());
        const int id = ::shmget(key_of(unit), 96, IPC_CREAT | 0666);
        give_to(id, stranger, 0666);
        CHECK(open() == EPERM);
        CHECK(as_user(stranger, open) == EPERM);
    }
    const Cleanup cleanup{key_of(2)};
    CHECK(as_user(stranger, [] {
              return refusal_code<SegmentError>(
                  [] { (void)Segment::open(2, LayoutChoice::time64); });
          }) == 0);
}

TEST_CASE("who made it and gave it to root can still write to it: refused, too") {
    if (!in_private_namespace()) return;
    for (const int unit : {0, 2}) {
        const Cleanup cleanup{key_of(unit)};
        CHECK(as_user(stranger, [&] {
                  const int id = ::shmget(key_of(unit), 96, IPC_CREAT | 0666);
                  shmid_ds ds{};
                  ds.shm_perm.mode = 0666;
                  return ::shmctl(id, IPC_SET, &ds); // uid 0
              }) == 0);
        CHECK(find_segment(unit)->owner == 0);
        CHECK(find_segment(unit)->creator == stranger);
        CHECK(whose(*find_segment(unit)) == stranger);
        const auto open = [&] { (void)Segment::open(unit, LayoutChoice::time64); };
        CHECK(refusal_code<SegmentError>(open) == EPERM);
        CHECK(refusal<SegmentError>(open).find("belongs to " + user_name(stranger)) !=
              std::string::npos);
    }
}

TEST_CASE("another writer: attached with the right to write, not only to read, and no reader") {
    const RawUnit raw{2};
    const std::int32_t base = private_base();
    const Segment segment = open_private(2, LayoutChoice::time64);
    const auto named_while_attached = [&](int flags, const char* name) {
        const Child child{[&] {
            ::prctl(PR_SET_NAME, name);
            ::shmdt(segment.memory()); // inherited
            return ::shmat(::shmget(base + 2, 0, 0), nullptr, flags);
        }};
        const auto other = segment.other_writer();
        return other ? other->substr(other->find('(')) : "";
    };
    CHECK(named_while_attached(0, "gpsd") == "(gpsd)");
    CHECK(named_while_attached(SHM_RDONLY, "gpsd").empty());
    CHECK(named_while_attached(0, "chronyd").empty());
    CHECK(named_while_attached(0, "ntpd").empty());
    CHECK_FALSE(segment.other_writer().has_value());
}

TEST_CASE("no segments left: the error says which limit") {
    if (!in_private_namespace()) return;
    const RawUnit raw{2};
    // A namespace's own limit: our segments fill it.
    const char* limit = "/proc/sys/kernel/shmmni";
    std::ofstream{limit} << 0;
    std::string now;
    std::ifstream{limit} >> now;
    if (now != "0") {
        MESSAGE("SKIPPED: can't lower kernel.shmmni");
        return;
    }
    const auto open = [] { (void)open_private(2, LayoutChoice::time64); };
    CHECK(refusal_code<SegmentError>(open) == ENOSPC);
    CHECK(refusal<SegmentError>(open).find("shmmni") != std::string::npos);
    std::ofstream{limit} << 4096;
    CHECK_NOTHROW(open());
}
