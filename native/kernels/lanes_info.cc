#include "lanes_info.h"

#include "lanes.h"

namespace margincube {

std::size_t packetDoubles() noexcept { return lanes::kPacket; }

}  // namespace margincube
