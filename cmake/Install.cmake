# What `cmake --install` lays out: program, configuration, rule packs and knowledge base, schemas, files for D-Bus, man pages,
# completion, service.
include(GNUInstallDirs)

install(TARGETS ikewatch RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

# /etc for the prefix /usr (GNU Coding Standards), else PREFIX/etc. Decided when it is installed, so that `cmake --install --prefix`
# never writes outside its prefix. A configuration that is there already belongs to the administrator.
install(CODE "set(sysconf_directory \"${CMAKE_INSTALL_SYSCONFDIR}\")
set(configuration \"${PROJECT_SOURCE_DIR}/config/ikewatch.yaml\")")
install(CODE [[
  if(NOT IS_ABSOLUTE "${sysconf_directory}")
    cmake_path(SET prefix NORMALIZE "${CMAKE_INSTALL_PREFIX}/")
    if(prefix STREQUAL "/usr/")
      set(prefix "/")
    endif()
    set(sysconf_directory "${prefix}${sysconf_directory}")
  endif()
  set(kept "$ENV{DESTDIR}${sysconf_directory}/ikewatch/ikewatch.yaml")
  if(EXISTS "${kept}")
    message(STATUS "Kept as it is: ${kept}")
  else()
    file(INSTALL "${configuration}" DESTINATION "${sysconf_directory}/ikewatch")
  endif()
]])

# The program looks for these at ../share/ikewatch beside itself (daemon/app/data.cpp), so not at CMAKE_INSTALL_DATADIR.
set(data_directory ${CMAKE_INSTALL_BINDIR}/../share/ikewatch)
cmake_path(NORMAL_PATH data_directory)
install(FILES ${PROJECT_SOURCE_DIR}/config/causes.yaml DESTINATION ${data_directory})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/config/schema DESTINATION ${data_directory} FILES_MATCHING PATTERN "*.json")
install(DIRECTORY ${PROJECT_SOURCE_DIR}/config/rules DESTINATION ${data_directory} FILES_MATCHING PATTERN "*.yaml")

install(FILES ${PROJECT_SOURCE_DIR}/docs/man/ikewatch.1 ${PROJECT_SOURCE_DIR}/docs/man/ikewatch-explain.1
  ${PROJECT_SOURCE_DIR}/docs/man/ikewatch-doctor.1
  DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${PROJECT_SOURCE_DIR}/docs/man/ikewatch.yaml.5 ${PROJECT_SOURCE_DIR}/docs/man/ikewatch-rules.5
  DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
install(FILES ${PROJECT_SOURCE_DIR}/docs/man/ikewatch.service.8 DESTINATION ${CMAKE_INSTALL_MANDIR}/man8)

# The deploy kit, as examples. What stands in it refers to docs/metrics.md.
set(deploy_folders prometheus grafana alertmanager rsyslog cisco racoon nftables)
list(TRANSFORM deploy_folders PREPEND ${PROJECT_SOURCE_DIR}/deploy/)
install(DIRECTORY ${deploy_folders} DESTINATION share/doc/ikewatch/deploy
  PATTERN make-dashboards EXCLUDE)
install(FILES ${PROJECT_SOURCE_DIR}/deploy/README.md DESTINATION share/doc/ikewatch/deploy)
install(FILES ${PROJECT_SOURCE_DIR}/docs/metrics.md DESTINATION share/doc/ikewatch/docs)

# dbus-daemon(1) and polkit(8) look in /usr/share: with another prefix, these have to be linked there.
install(FILES ${PROJECT_SOURCE_DIR}/config/dbus/org.ikewatch.IkeWatch1.conf DESTINATION share/dbus-1/system.d)
install(FILES ${PROJECT_SOURCE_DIR}/config/dbus/org.ikewatch.IkeWatch1.xml DESTINATION share/dbus-1/interfaces)
install(FILES ${PROJECT_SOURCE_DIR}/config/dbus/org.ikewatch.IkeWatch1.service DESTINATION share/dbus-1/system-services)
install(FILES ${PROJECT_SOURCE_DIR}/config/dbus/org.ikewatch.IkeWatch1.policy DESTINATION share/polkit-1/actions)

# bash-completion(8) loads a file under this name when the command is first completed, zsh and fish likewise.
set(IKEWATCH_ZSH_DIR share/zsh/site-functions CACHE STRING "where zsh looks for completions; Debian has a folder of its own")
install(FILES ${PROJECT_SOURCE_DIR}/deploy/completion/ikewatch.bash DESTINATION share/bash-completion/completions RENAME ikewatch)
install(FILES ${PROJECT_SOURCE_DIR}/deploy/completion/_ikewatch DESTINATION ${IKEWATCH_ZSH_DIR})
install(FILES ${PROJECT_SOURCE_DIR}/deploy/completion/ikewatch.fish DESTINATION share/fish/vendor_completions.d)

# systemd: the service, its sockets, its user, what `journalctl -x` says to its messages, and drop-ins for those who need them. The
# units name the program and the configuration where they are installed.
set(IKEWATCH_UNIT_DIR lib/systemd/system CACHE STRING "where systemd looks for units")
file(GLOB units CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/systemd/*.service ${PROJECT_SOURCE_DIR}/systemd/*.socket)
install(CODE "set(units \"${units}\")
set(unit_directory \"${IKEWATCH_UNIT_DIR}\")
set(program \"${CMAKE_INSTALL_BINDIR}/ikewatch\")
set(scratch \"${PROJECT_BINARY_DIR}/units\")")
install(CODE [[
  cmake_path(ABSOLUTE_PATH program BASE_DIRECTORY "${CMAKE_INSTALL_PREFIX}" NORMALIZE)
  cmake_path(ABSOLUTE_PATH unit_directory BASE_DIRECTORY "${CMAKE_INSTALL_PREFIX}" NORMALIZE)
  foreach(unit IN LISTS units)
    file(READ "${unit}" text)
    string(REPLACE "/usr/bin/ikewatch" "${program}" text "${text}")
    string(REPLACE "/etc/ikewatch/ikewatch.yaml" "${sysconf_directory}/ikewatch/ikewatch.yaml" text "${text}")
    cmake_path(GET unit FILENAME name)
    file(WRITE "${scratch}/${name}" "${text}")
    file(INSTALL "${scratch}/${name}" DESTINATION "${unit_directory}")
  endforeach()
]])
install(FILES ${PROJECT_SOURCE_DIR}/systemd/ikewatch.sysusers DESTINATION lib/sysusers.d RENAME ikewatch.conf)
install(FILES ${PROJECT_SOURCE_DIR}/config/ikewatch.catalog DESTINATION lib/systemd/catalog)
file(GLOB drop_ins CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/systemd/examples/*.conf)
install(FILES ${drop_ins} DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
